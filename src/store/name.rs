//! Names of folders and files made from words that people typed.

/// `text` as a part of a file name: letters, digits, `-` and `_`, at most 60 characters. What is left
/// of `../../etc` cannot leave its folder, and the result may be empty.
pub fn slug(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        let kept = if c.is_alphanumeric() || c == '_' { c } else { '-' };
        if kept != '-' || !(name.is_empty() || name.ends_with('-')) {
            name.push(kept);
        }
    }
    let cut: String = name.chars().take(60).collect();
    cut.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_name_cannot_leave_its_folder() {
        let cases = [
            ("anna", "anna"),
            ("hold 1", "hold-1"),
            ("../../etc/passwd", "etc-passwd"),
            ("a\0b\n/c\\d:e", "a-b-c-d-e"),
            ("Ünal – Kreuzbein", "Ünal-Kreuzbein"),
            ("..", ""),
            ("", ""),
        ];
        for (text, name) in cases {
            assert_eq!(slug(text), name, "{text:?}");
        }
        assert_eq!(slug(&"µ".repeat(500)).chars().count(), 60);
    }
}
