//! What the README says of the keys is what the keys do.

use stillpoint::app::key_table_markdown;

#[test]
fn the_readme_has_the_key_table() {
    let readme = include_str!("../README.md");
    let table = readme.split("<!-- keys -->\n").nth(1).and_then(|rest| rest.split("<!-- /keys -->").next()).unwrap_or_default();
    if std::env::var_os("KEYS").is_some() {
        let written = readme.replace(table, &key_table_markdown());
        std::fs::write("README.md", written).expect("README.md can be written");
        return;
    }
    assert_eq!(table, key_table_markdown(), "put the right-hand side between the markers of README.md");
}
