//! Text that comes from outside.

/// At most this many characters of a text from outside are kept.
const LONGEST: usize = 200;

/// `text` without control characters, direction overrides and surrounding blanks, cut at 200 characters: safe for a terminal line.
pub fn clean(text: &str) -> String {
    let safe = |c: &char| {
        let unseen = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        !c.is_control() && !unseen
    };
    text.chars().filter(safe).take(LONGEST).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_label_cannot_talk_to_the_terminal() {
        assert_eq!(clean("\u{1b}]0;pwned\u{7}left\u{202e}\n"), "]0;pwnedleft");
        assert_eq!(clean("  still point — µm  "), "still point — µm");
        assert_eq!(clean(&"x".repeat(5000)).len(), 200);
    }
}
