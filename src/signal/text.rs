//! Text that comes from outside.

use std::borrow::Cow;

/// At most this many characters of a text from outside are kept.
const LONGEST: usize = 200;

/// `text` without control characters, direction overrides and surrounding blanks, cut at 200 characters: safe for a terminal line.
pub fn clean(text: &str) -> String {
    text.chars().filter(|c| is_seen(*c)).take(LONGEST).collect::<String>().trim().to_owned()
}

/// `text` without what [`clean`] takes out, in its whole length: for a path or a line that has one in it. Almost always `text` itself.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_seen) { Cow::Borrowed(text) } else { Cow::Owned(text.chars().filter(|c| is_seen(*c)).collect()) }
}

/// Whether a character is one that a person sees, and none that a terminal obeys or that turns a line round.
pub fn is_seen(c: char) -> bool {
    let unseen = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !unseen
}

#[cfg(test)]
mod tests {
    use super::{clean, visible};

    #[test]
    fn a_label_cannot_talk_to_the_terminal() {
        assert_eq!(clean("\u{1b}]0;pwned\u{7}left\u{202e}\n"), "]0;pwnedleft");
        assert_eq!(clean("  still point — µm  "), "still point — µm");
        assert_eq!(clean(&"x".repeat(5000)).len(), 200);
    }

    #[test]
    fn a_path_keeps_its_length_and_its_blanks_and_loses_what_a_terminal_obeys() {
        let long = format!(" {}.wav ", "night/".repeat(60));
        assert_eq!(visible(&long), long);
        assert_eq!(visible("a\u{1b}[2J\u{9b}31m\r\nb\u{202e}.wav"), "a[2J31mb.wav");
    }
}
