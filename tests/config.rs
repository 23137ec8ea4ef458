//! The settings file, from the command line.

use assert_cmd::Command;

fn stillpoint(home: &std::path::Path, args: &[&str]) -> (String, String, bool) {
    let mut command = Command::cargo_bin("stillpoint").unwrap();
    command.env("HOME", home).env_remove("XDG_CONFIG_HOME").env_remove("STILLPOINT_SETTINGS").args(args);
    let output = command.output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.success())
}

#[test]
fn a_file_is_written_read_and_not_written_over() {
    let home = tempfile::tempdir().unwrap();
    let (plain, ..) = stillpoint(home.path(), &["config"]);
    let (path, _, written) = stillpoint(home.path(), &["config", "--write"]);
    assert!(written);
    let (listed, errors, _) = stillpoint(home.path(), &["config"]);
    assert_eq!(errors, "");
    assert_eq!(listed.lines().skip(1).collect::<Vec<_>>(), plain.lines().skip(1).collect::<Vec<_>>(), "a new file changes nothing");
    let text = std::fs::read_to_string(path.trim()).unwrap();
    std::fs::write(path.trim(), text.replace("# high = 15.0", "high = 12.5").replace("# mark = [\"space\", \"m\"]", "mark = \"f5\""))
        .unwrap();
    let (listed, ..) = stillpoint(home.path(), &["config"]);
    let of = |name: &str| listed.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(of("cranial.high").starts_with("cranial.high 12.5 line "), "{listed}");
    assert_eq!(of("keys.mark"), "keys.mark [\"F5\"] the file");
    let (_, said, again) = stillpoint(home.path(), &["config", "--write"]);
    assert!(!again && said.contains("--force writes over it"), "{said}");
}

#[test]
fn the_range_of_the_file_is_what_analyze_looks_in_and_a_mistake_is_told_with_its_place() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("studio.toml");
    std::fs::write(&file, "thme = \"light\"\n[cranial]\nlow = 3\nhigh = 4\n").unwrap();
    let analyze =
        |settings: &[&str]| stillpoint(home.path(), &[settings, &["analyze", "recordings/steady", "--rhythm", "cranial"]].concat());
    let (told, said, _) = analyze(&["--settings", file.to_str().unwrap()]);
    assert!(said.ends_with("studio.toml: line 1, column 1: `thme` is no setting; did you mean `theme`?\n"), "{said}");
    let (plain, ..) = analyze(&[]);
    let clear = |text: &str| text.lines().filter(|line| line.contains("clear")).count();
    assert!(clear(&plain) > 0 && clear(&told) == 0, "{told}");
}

#[test]
fn what_the_environment_says_comes_before_the_file_and_is_told_so() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("studio.toml");
    std::fs::write(&file, "theme = \"light\"\nfps = 10\n").unwrap();
    let mut command = Command::cargo_bin("stillpoint").unwrap();
    command.env("HOME", home.path()).env("STILLPOINT_THEME", "contrast").arg("--settings").arg(&file).arg("config");
    let listed = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let of = |name: &str| listed.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(of("theme"), "theme \"contrast\" STILLPOINT_THEME");
    assert_eq!(of("fps"), "fps 10.0 line 2 of the file");
    assert_eq!(of("bell"), "bell false by itself");
}

#[test]
fn a_file_that_was_asked_for_and_is_not_there_is_an_error() {
    let home = tempfile::tempdir().unwrap();
    let (_, said, done) = stillpoint(home.path(), &["--settings", "nowhere.toml", "config"]);
    assert!(!done && said.starts_with("stillpoint: nowhere.toml: cannot read the settings") && said.lines().count() == 1, "{said}");
}

#[test]
fn a_settings_file_that_cannot_be_read_is_told_and_stops_nothing() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join(".config/stillpoint");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("settings.toml"), [0xff, 0xfe, 0]).unwrap();
    let (told, said, done) = stillpoint(home.path(), &["info", "recordings/steady"]);
    assert!(done && told.contains("recording"), "{said}");
    assert!(said.contains("cannot read the settings: no UTF-8 text; none of them is used") && said.lines().count() == 1, "{said}");
}

#[cfg(unix)]
#[test]
fn a_settings_file_without_end_fills_no_memory() {
    let home = tempfile::tempdir().unwrap();
    let (_, said, done) = stillpoint(home.path(), &["--settings", "/dev/zero", "config"]);
    assert!(!done && said.contains("more than 1048576 bytes are no settings"), "{said}");
}
