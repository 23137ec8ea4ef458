//! The list of many reports: a page of links, with the sentence of each. What a report says in one line stands in its own page, so that one that was made
//! by an earlier run is listed as one that was made just now.

use std::fmt::Write as _;

use super::findings::heading;
use super::html::{NO_FINDING, Page};
use super::text::{self, count, escape, list};
use super::{Report, Session};

/// What tells a list that was made here from a page of somebody else.
const MARK: &str = "<meta name=\"generator\" content=\"stillpoint: list of reports\">";
/// In a page, before and after its line.
const LINE: (&str, &str) = ("<meta name=\"description\" content=\"", "\">");

/// A recording in the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// What it is called.
    pub name: String,
    /// Its page, below the list's folder, and the line of that as [`told_by`] gives it; or why there is none.
    pub page: Result<(String, String), String>,
}

/// The list, as UTF-8.
pub fn index(all: &[Listed]) -> String {
    let mut page = Page::new(2);
    let title = count(all.len(), "recording");
    page.begin((&title, &format!("Reports of {title}")), MARK);
    page.put(format!("<header>\n<p class=\"kind\">Reports</p>\n<h1>{title}</h1>\n</header>\n<ul class=\"index\">\n"));
    for Listed { name, page: of } in all {
        let name = escape(&text::name(name));
        page.put(match of {
            Ok((path, line)) => format!("<li><a href=\"{}\">{name}</a><span>{line}</span></li>\n", address(path)),
            Err(why) => format!("<li><b>{name}</b><span>No report: {}</span></li>\n", escape(why)),
        });
    }
    page.put(format!("</ul>\n<footer class=\"method\">\n<p class=\"disclaimer\">{NO_FINDING}</p>\n</footer>\n</main>\n</body>\n</html>\n"));
    page.out
}

/// Whether a page that begins so is such a list.
pub fn is_index(begin: &str) -> bool {
    begin.contains(MARK)
}

/// The line of a report's page that begins so, as it stands in it.
pub fn told_by(begin: &str) -> Option<&str> {
    let (_, rest) = begin.split_once(LINE.0)?;
    let (line, _) = rest.split_once(LINE.1)?;
    // What was written here has neither; of another page it would be more than text.
    (!line.contains(['<', '"'])).then_some(line)
}

/// What a report says in one line.
pub(super) fn told(report: &Report) -> String {
    let all: Vec<String> = report.sessions.iter().map(of).collect();
    if let [before, after] = all.as_slice() { format!("Before: {before} After: {after}") } else { all.join(" ") }
}

fn of(session: &Session) -> String {
    let mut facts = Vec::new();
    facts.extend(session.started.clone());
    let (from, to) = session.times();
    facts.push(if session.whole { format!("{to} long") } else { format!("from {from} to {to}") });
    facts.extend(session.simulated.then(|| "simulated".to_owned()));
    let rhythms: Vec<String> = session
        .leads
        .iter()
        .filter_map(|lead| {
            let told = |channel: &usize| {
                let summary = session.summary(*channel, lead.rhythm).filter(|summary| summary.present)?;
                Some(format!("{} /min in {}", text::rate(summary.rate?), session.channel(*channel)))
            };
            let told: Vec<String> = lead.channels.iter().filter_map(told).collect();
            (!told.is_empty()).then(|| format!("{} {}", heading(lead.rhythm).to_lowercase(), list(&told)))
        })
        .collect();
    let found = match (rhythms.is_empty(), session.summaries.iter().all(|summary| summary.windows == 0)) {
        (true, true) => "no window was whole".to_owned(),
        (true, false) => "no rhythm can be told from noise".to_owned(),
        (false, _) => rhythms.join("; "),
    };
    format!("{}: {found}.", facts.join(", "))
}

/// A path below this page as a link has it.
fn address(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(byte.into());
        } else {
            // Writing to a String does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_reason_are_text_and_a_path_is_one_address() {
        let of = |name: &str, page| Listed { name: name.to_owned(), page };
        let all = [
            of("a<b>.edf", Ok(("s 1/a\"#é.html".to_owned(), "1:00 long: breath 15.0 (14.9–15.1) /min in belt.".to_owned()))),
            of("c.edf", Err("<script> at byte 8".to_owned())),
        ];
        let page = index(&all);
        assert!(
            page.contains("<a href=\"s%201/a%22%23%C3%A9.html\">a&lt;b&gt;.edf</a>") && page.contains("&lt;script&gt; at byte 8"),
            "{page}"
        );
        assert!(is_index(&page[..page.find("<style>").unwrap()]) && !is_index("<!DOCTYPE html>"));
        assert_eq!(told_by(&page), Some("Reports of 2 recordings"));
        assert_eq!(told_by("<meta name=\"description\" content=\"<b onload=x\">"), None);
    }
}
