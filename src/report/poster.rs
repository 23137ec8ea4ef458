//! The report as one picture, for a slide or a message: what was found, the trace, its trend, and the test.

use super::findings::{self, Finding};
use super::picture::{Anchor, Dash, HALF, Ink, Letters, Picture, WIDE, Weight, width};
use super::{Report, Session, changes, html, spectrum, text, trace, trend};

/// Blank on all sides.
const MARGIN: f32 = 28.0;
/// Between two parts.
const APART: f32 = 20.0;
const TITLE: Letters = Letters { size: 22.0, ..Letters::NAME };
const PLAIN: Letters = Letters { size: 13.0, ..Letters::SCALE };
const DIM: Letters = Letters { size: 11.5, ..Letters::SCALE };

/// Draws it.
pub fn picture(report: &Report) -> Picture {
    let names: Vec<String> = report.sessions.iter().map(|session| text::name(&session.name)).collect();
    let mut sheet = Sheet { picture: Picture::new((0.0, 0.0), format!("Report of {}", text::list(&names)), String::new()), y: MARGIN };
    if report.sessions.len() == 2 {
        sheet.title("Before and after");
        sheet.findings(&changes::findings(report));
    }
    for (session, name) in report.sessions.iter().zip(&names) {
        sheet.session(report, (session, name));
    }
    sheet.paragraph(html::NO_FINDING, DIM, 0.0);
    sheet.paragraph(&format!("{}: figures of stillpoint analyze, 95 % intervals in brackets.", report.program), DIM, 0.0);
    sheet.picture.size = (WIDE + 2.0 * MARGIN, sheet.y + MARGIN - 8.0);
    let of = |session: &Session| findings::all(session, &report.settings).iter().map(sentence).collect::<Vec<_>>().join(" ");
    sheet.picture.desc = changes::findings(report).iter().map(sentence).chain(report.sessions.iter().map(of)).collect::<Vec<_>>().join(" ");
    sheet.picture
}

/// A finding as a text.
fn sentence(finding: &Finding) -> String {
    format!("{}: {}", finding.head, finding.sentences())
}

/// A picture that grows downwards.
struct Sheet {
    picture: Picture,
    y: f32,
}

impl Sheet {
    fn title(&mut self, text: &str) {
        self.y += TITLE.size * 0.8;
        let text = super::picture::cut(text, TITLE.size, WIDE).unwrap_or_default();
        self.picture.text((MARGIN, self.y), text, TITLE);
        self.y += 10.0;
    }

    /// Lines of a text, each as long as there is room for.
    fn paragraph(&mut self, text: &str, letters: Letters, indent: f32) {
        for line in lines(text, letters.size, WIDE - indent) {
            self.y += letters.size * 1.4;
            self.picture.text((MARGIN + indent, self.y), line, letters);
        }
    }

    fn place(&mut self, picture: Picture, x: f32) {
        self.picture.place(picture, (MARGIN + x, self.y));
    }

    fn findings(&mut self, all: &[Finding]) {
        const INDENT: f32 = 12.0;
        for finding in all {
            let (top, ink) = (self.y + 8.0, finding.rhythm.map_or(Ink::Text, Ink::Of));
            self.y += 6.0 + PLAIN.size;
            let strong = Letters { weight: Weight::Strong, ink: Ink::Text, ..PLAIN };
            self.picture.text((MARGIN + INDENT, self.y), finding.head.clone(), strong);
            if let Some((_, figure)) = &finding.figure {
                self.picture.text((MARGIN + WIDE, self.y), figure.clone(), Letters { size: 15.0, ..strong }.of(ink).at(Anchor::End));
            }
            self.paragraph(&finding.sentences(), DIM.of(Ink::Text), INDENT);
            self.picture.line(vec![(MARGIN + 1.5, top), (MARGIN + 1.5, self.y + 3.0)], ink, (2.5, Dash::Solid));
            self.y += 4.0;
        }
        self.y += APART / 2.0;
    }

    fn session(&mut self, report: &Report, (session, name): (&Session, &str)) {
        self.title(name);
        let simulated = if session.simulated { " · simulated: no sensor was behind it" } else { "" };
        let (from, to) = session.times();
        let began = session.started.as_ref().map_or_else(String::new, |started| format!("{started} · "));
        self.paragraph(&format!("{began}{from} to {to} · {}{simulated}", session.kind), DIM, 0.0);
        self.y += 8.0;
        self.findings(&findings::all(session, &report.settings));
        if session.part.frames() == 0 {
            return;
        }
        for part in [Some(trace::picture(session)), trend::picture(session)].into_iter().flatten() {
            let high = part.size.1;
            self.place(part, 0.0);
            self.y += high + APART;
        }
        for pair in session.spectra.chunks(2) {
            let mut most = 0.0_f32;
            for (at, of) in pair.iter().enumerate() {
                let part = spectrum::picture(session, of);
                most = most.max(part.size.1);
                self.place(part, at as f32 * (WIDE - HALF));
            }
            self.y += most + APART;
        }
    }
}

/// A text in lines that fit.
fn lines(text: &str, size: f32, room: f32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| width(line, size) + width(word, size) + 0.34 * size <= room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_broken_between_words_and_a_word_that_is_too_long_stands_alone() {
        let said = lines("a rhythm of 6.2 /min was there in averyveryverylongnameofachannel", 10.0, 70.0);
        assert!(said.len() > 3 && said[..said.len() - 1].iter().all(|line| width(line, 10.0) <= 70.0), "{said:?}");
        assert_eq!(said.last().unwrap(), "averyveryverylongnameofachannel");
        assert_eq!(lines("", 10.0, 90.0), [""; 0]);
    }
}
