//! Rust source as far as the floors need it: the paths and words that a file names, without comments, strings and test modules.
//!
//! Not a parser: it reads tokens, `use` trees and paths. What a macro puts together is not seen.

/// One token and the line it stands on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A path as written, groups taken apart: `use a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub(crate) segments: Vec<String>,
    pub(crate) line: usize,
    /// Whether it stands in a `use`, where one segment alone may be a crate.
    pub(crate) imported: bool,
}

/// The tokens of a file without comments, strings, characters and what is compiled for tests alone.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    without_tests(&raw_tokens(source))
}

/// Every path in the tokens.
pub(crate) fn paths(tokens: &[Token]) -> Vec<Path> {
    let mut found = Vec::new();
    let mut imported = false;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            "use" => imported = true,
            ";" => imported = false,
            _ => {}
        }
        let follows = at > 0 && matches!(tokens[at - 1].text.as_str(), "." | "fn" | "mod" | "struct" | "enum" | "let");
        if is_word(&tokens[at].text) && !follows {
            let first = found.len();
            at = path(tokens, at, &mut Vec::new(), &mut found);
            found[first..].iter_mut().for_each(|path| path.imported = imported);
        } else {
            at += 1;
        }
    }
    found
}

/// Modules declared `#[cfg(test)] mod name;`, whose files are tests.
pub(crate) fn test_modules(source: &str) -> Vec<String> {
    let tokens = raw_tokens(source);
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let declared = words.windows(10).filter(|w| w[..8] == ["#", "[", "cfg", "(", "test", ")", "]", "mod"] && w[9] == ";");
    declared.map(|w| w[8].to_owned()).collect()
}

/// Reads the path that begins at `at`, groups included, and returns where it ends.
fn path(tokens: &[Token], mut at: usize, before: &mut Vec<String>, found: &mut Vec<Path>) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let (line, depth) = (tokens[at].line, before.len());
    loop {
        before.push(text(at).to_owned());
        at += 1;
        if text(at) != "::" {
            break;
        }
        at += 1;
        if text(at) == "{" {
            at = group(tokens, at + 1, before, found);
            before.truncate(depth);
            return at;
        }
        if !is_word(text(at)) && text(at) != "*" {
            break;
        }
    }
    found.push(Path { segments: before.clone(), line, imported: false });
    before.truncate(depth);
    at
}

/// Reads a group up to its closing brace.
fn group(tokens: &[Token], mut at: usize, before: &mut Vec<String>, found: &mut Vec<Path>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "," => at += 1,
            _ => at = path(tokens, at, before, found),
        }
    }
    at
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Leaves out `#[cfg(test)]` with the item that follows: up to its `;`, or to the end of its braces.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let attribute = tokens[at..].iter().take(7).map(|token| token.text.as_str());
        if attribute.eq(["#", "[", "cfg", "(", "test", ")", "]"]) {
            at = after_item(tokens, at + 7);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

fn after_item(tokens: &[Token], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth <= 1 => return at,
            "}" => depth -= 1,
            ";" if depth == 0 => return at,
            _ => {}
        }
    }
    at
}

fn raw_tokens(source: &str) -> Vec<Token> {
    let mut reader = Reader { rest: source, line: 1 };
    std::iter::from_fn(|| reader.next()).collect()
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        loop {
            let skipped = self.skipped();
            if skipped == 0 {
                break;
            }
            self.take(skipped);
        }
        let first = self.rest.chars().next()?;
        let raw = if self.rest.starts_with("r#") { 2 } else { 0 };
        let word = self.rest[raw..].find(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(self.rest.len(), |end| end + raw);
        let length = match first {
            _ if word > raw => word,
            _ if self.rest.starts_with("::") => 2,
            _ => first.len_utf8(),
        };
        let line = self.line;
        let text = self.take(length);
        Some(Token { text: text.trim_start_matches("r#").to_owned(), line })
    }

    /// Bytes of blank, comment, string, character or lifetime at the front; 0 where there is none.
    fn skipped(&self) -> usize {
        let rest = self.rest;
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            return blank;
        }
        if rest.starts_with("//") {
            return rest.find('\n').unwrap_or(rest.len());
        }
        if rest.starts_with("/*") {
            return block_comment(rest);
        }
        let prefix = ["br", "cr", "r", "b", "c"].into_iter().find(|prefix| literal_follows(rest, prefix)).unwrap_or("");
        let literal = &rest[prefix.len()..];
        if prefix.ends_with('r') {
            return prefix.len() + raw_string(literal);
        }
        match literal.chars().next() {
            Some('"') => prefix.len() + quoted(literal, '"'),
            Some('\'') => prefix.len() + character_or_lifetime(literal),
            _ => 0,
        }
    }

    fn take(&mut self, length: usize) -> String {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken.to_owned()
    }
}

/// Whether a string or byte literal with this prefix begins here (and no word or raw name).
fn literal_follows(rest: &str, prefix: &str) -> bool {
    let Some(after) = rest.strip_prefix(prefix) else { return false };
    if prefix.ends_with('r') {
        after.trim_start_matches('#').starts_with('"')
    } else {
        after.starts_with('"') || (prefix == "b" && after.starts_with('\''))
    }
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let step = if rest.starts_with("/*") || rest.starts_with("*/") { 2 } else { rest.chars().next().map_or(1, char::len_utf8) };
        depth += i32::from(rest.starts_with("/*")) - i32::from(rest.starts_with("*/"));
        at += step;
        if depth == 0 {
            break;
        }
    }
    at
}

fn raw_string(text: &str) -> usize {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let end = format!("\"{}", "#".repeat(hashes));
    text[hashes + 1..].find(&end).map_or(text.len(), |at| hashes + 1 + at + end.len())
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == quote && !escaped {
            return at + c.len_utf8();
        }
        escaped = c == '\\' && !escaped;
    }
    text.len()
}

/// `'x'` and `'\n'` are characters, `'x` is a lifetime.
fn character_or_lifetime(text: &str) -> usize {
    let mut next = text.chars().skip(1);
    let (first, second) = (next.next(), next.next());
    if first == Some('\\') || second == Some('\'') { quoted(text, '\'') } else { 1 }
}
