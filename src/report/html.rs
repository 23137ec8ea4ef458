//! The page: everything in one file, without a script and without a request to anywhere.

use std::fmt::Write as _;

use super::findings::{self, Finding};
use super::text::{count, decimal, escape, list, name, thousands};
use super::{Report, Session, changes, index, rose, segments, sides, spectrum, svg, tables, trace, trend};
use crate::rhythm::Rhythm;
use crate::signal::Kind;

const STYLE: &str = include_str!("page.css");

/// No page says more than this of what it is not.
pub const NO_FINDING: &str = "This is a measurement and no medical finding: it says which rhythms are in the recording and how sure that is, and nothing about health.";

const SEGMENTS: &str = "Only windows that lie whole inside a segment count. Differences are to the first segment and have 95 % intervals from resampled blocks of windows; a dash stands where there are too few \
    windows, or where the segments share samples.";
const SPECTRUM: &str = "Spectra are of the window of middle evidence: in half of the others it is stronger, in half weaker. The curve is the amplitude of the sine that explains most at each rate, the grey \
    ground what noise as strong as beside it would give, the dashed line what it takes to be told as a rhythm, corrected for the search over the range.";

/// The page of a report, as UTF-8.
pub fn page(report: &Report) -> String {
    let mut page = Page::new(if report.sessions.len() > 1 { 3 } else { 2 });
    let names: Vec<String> = report.sessions.iter().map(|session| name(&session.name)).collect();
    page.begin((&names.join(" and "), &index::told(report)), "");
    match report.sessions.as_slice() {
        [one] => {
            page.head(&names[0], one);
            page.session(report, one);
        }
        sessions => {
            page.put(format!("<header>\n<p class=\"kind\">Before and after</p>\n<h1>{}</h1>\n</header>\n", escape(&names.join(" · "))));
            page.changes(report);
            for (session, when) in sessions.iter().zip(["Before", "After"]) {
                page.put("<div class=\"leaf\">\n");
                page.head(&format!("{when}: {}", name(&session.name)), session);
                page.session(report, session);
                page.put("</div>\n");
            }
        }
    }
    page.method(report);
    page.out + "</main>\n</body>\n</html>\n"
}

pub(super) struct Page {
    pub(super) out: String,
    pictures: usize,
    /// Of the heads of a session's parts.
    level: u8,
}

impl Page {
    /// Before anything else.
    pub(super) fn new(level: u8) -> Self {
        Self { out: String::new(), pictures: 0, level }
    }

    pub(super) fn put(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
    }

    /// With its title, what it says in one line, and what else is in its head.
    pub(super) fn begin(&mut self, (title, told): (&str, &str), more: &str) {
        let (title, told) = (escape(title), escape(told));
        // The policy has the browser itself refuse whatever a page might ask for.
        self.put(format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} · stillpoint</title>\n\
             <meta name=\"description\" content=\"{told}\">{more}\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <style>\n{}{STYLE}</style>\n</head>\n<body>\n<main>\n",
            svg::STYLE
        ));
    }

    fn section(&mut self, title: &str) {
        let level = self.level;
        self.put(format!("<section>\n<h{level}>{title}</h{level}>\n"));
    }

    fn head(&mut self, title: &str, session: &Session) {
        let level = if title == name(&session.name) { 1 } else { 2 };
        let simulated = if session.simulated { " · <strong class=\"simulated\">simulated: no sensor was behind it</strong>" } else { "" };
        self.put(format!("<header>\n<p class=\"kind\">{}{simulated}</p>\n<h{level}>{}</h{level}>\n", escape(session.kind), escape(title)));
        let (from, to) = session.times();
        let mut facts = Vec::new();
        facts.extend(session.started.clone());
        facts.push(if session.whole { format!("{to} long") } else { format!("from {from} to {to}") });
        let channels: Vec<String> = (0..session.layout.channels.len()).map(|at| session.channel(at)).collect();
        facts.push(format!(
            "{} at {} Hz: {}",
            count(channels.len(), "channel"),
            decimal(session.layout.nominal.hz(), 3).trim_end_matches('0').trim_end_matches('.'),
            channels.join(", ")
        ));
        facts.extend(session.source.as_ref().map(|(device, format)| format!("{device}, {format}")));
        self.put(format!("<p class=\"facts\">{}</p>\n</header>\n", escape(&facts.join(" · "))));
    }

    fn session(&mut self, report: &Report, session: &Session) {
        self.section("Summary");
        self.findings(&findings::all(session, &report.settings));
        self.put(format!("<p class=\"note\">{}</p>\n</section>\n", escape(&windows(report))));
        self.traces(session);
        self.section("All figures");
        self.put(tables::figures(session, &report.settings).html());
        if let Some((table, note)) = tables::derived(session, &report.settings) {
            if !table.is_empty() {
                self.put(table.html());
            }
            self.put(format!("<p class=\"note\">Derived series: {}</p>\n", escape(&note)));
        }
        self.put("</section>\n");
        self.details(session);
        self.segments(session);
        // On paper beside each other.
        self.put("<div class=\"beside\">\n");
        self.lists(session);
        self.losses(session);
        self.put("</div>\n");
    }

    fn findings(&mut self, all: &[Finding]) {
        self.put("<dl class=\"findings\">\n");
        for finding in all {
            let class = finding.rhythm.map_or("text", Rhythm::word);
            let figure = finding.figure.as_ref();
            let figure = figure.map_or_else(String::new, |(before, figure)| format!("{before} <b>{}</b>", escape(figure)));
            self.put(format!(
                "<div class=\"{class}\"><dt>{}</dt><dd>{figure}{}</dd></div>\n",
                escape(&finding.head),
                escape(&finding.text)
            ));
        }
        self.put("</dl>\n");
    }

    fn picture(&mut self, picture: &super::picture::Picture, caption: &str) {
        self.pictures += 1;
        let drawn = svg::inline(picture, &format!("p{}", self.pictures));
        let caption = if caption.is_empty() { String::new() } else { format!("<figcaption>{}</figcaption>\n", escape(caption)) };
        self.put(format!("<figure>\n{drawn}{caption}</figure>\n"));
    }

    fn traces(&mut self, session: &Session) {
        self.section("Trace and trend");
        if session.part.frames() == 0 {
            self.put("<p>The recording holds no samples.</p>\n</section>\n");
            return;
        }
        self.picture(&trace::picture(session), trace_caption(session));
        match trend::picture(session) {
            None => self.put("<p>No rhythm is told from noise, so there is no trend to draw.</p>\n"),
            Some(picture) => {
                let each = session.trends.first().map_or(1, |trend| trend.each);
                let many =
                    if each > 1 { format!(" A point stands for {each} windows: mean and all intervals together.") } else { String::new() };
                let caption = format!(
                    "Each window's figure at its end; bands are 95 % intervals. Where the line breaks the rhythm was not told from noise.{many}"
                );
                self.picture(&picture, &caption);
            }
        }
        self.put("</section>\n");
    }

    /// Pictures of half the page's width: the test, left against right, the hand.
    fn details(&mut self, session: &Session) {
        let taps = session.tapped().and_then(|tapped| rose::picture(session, tapped));
        let parts = [(!session.spectra.is_empty(), "spectrum"), (session.sides.is_some(), "left and right"), (taps.is_some(), "the hand")];
        let parts: Vec<String> = parts.into_iter().filter(|(there, _)| *there).map(|(_, part)| part.to_owned()).collect();
        if parts.is_empty() {
            return;
        }
        self.section(&format!("In detail: {}", list(&parts)));
        self.put("<div class=\"pair\">\n");
        for of in &session.spectra {
            self.picture(&spectrum::picture(session, of), spectrum::way(of).unwrap_or_default());
        }
        if let Some((left, right, of)) = &session.sides {
            let caption =
                format!("Left against right in the cranial rhythm: medians of {}, bars are 95 % intervals.", count(of.windows, "window"));
            self.picture(&sides::picture(session, (*left, *right, of)), &caption);
        }
        if let Some(picture) = &taps {
            self.picture(
                picture,
                "Each tap in the cycle that was felt, time going as a clock's hands do. The bar is the mean of all, as long as they agree.",
            );
        }
        self.put("</div>\n");
        if !session.spectra.is_empty() {
            self.put(format!("<p class=\"note\">{SPECTRUM}</p>\n"));
        }
        self.put("</section>\n");
    }

    fn segments(&mut self, session: &Session) {
        let Some(told) = segments::table(session) else { return };
        self.section("Segments compared");
        let more =
            if session.segments.more > 0 { format!(" {} more segments are not compared.", session.segments.more) } else { String::new() };
        match told {
            Ok(table) => {
                self.put(table.html());
                self.put(format!("<p class=\"note\">{SEGMENTS}{more}</p>\n</section>\n"));
            }
            Err(note) => self.put(format!("<p>{}{more}</p>\n</section>\n", escape(&note))),
        }
    }

    fn lists(&mut self, session: &Session) {
        let lists = [(tables::stills(session), "still points"), (tables::annotations(session), "annotations")];
        let taps = session.annotations.iter().filter(|annotation| annotation.kind == Kind::Tap).count();
        if lists.iter().all(|(list, _)| list.is_none()) && taps == 0 {
            return;
        }
        self.put("<section>\n<h2>Still points and annotations</h2>\n<div class=\"lists\">\n");
        for (list, more, what) in lists.into_iter().filter_map(|(list, what)| list.map(|(list, more)| (list, more, what))) {
            let rest = if more > 0 { format!("<p class=\"note\">and {} more {what}</p>\n", thousands(more as u64)) } else { String::new() };
            self.put(format!("<div>\n{list}{rest}</div>\n"));
        }
        self.put("</div>\n");
        if taps > 0 {
            self.put(format!("<p class=\"note\">{} in all.</p>\n", count(taps, "tap")));
        }
        self.put("</section>\n");
    }

    fn losses(&mut self, session: &Session) {
        self.put("<section>\n<h2>Gaps, losses and clock</h2>\n<ul>\n");
        for line in losses(session) {
            self.put(format!("<li>{}</li>\n", escape(&line)));
        }
        self.put("</ul>\n");
        if let Some((table, more)) = tables::gaps(session) {
            let rest = if more > 0 { format!("<p class=\"note\">and {} more gaps</p>\n", thousands(more as u64)) } else { String::new() };
            self.put(format!("{}{rest}", table.html()));
        }
        self.put("</section>\n");
    }

    fn changes(&mut self, report: &Report) {
        self.put("<section>\n<h2>What changed</h2>\n");
        let findings = changes::findings(report);
        if findings.is_empty() {
            self.put("<p>Nothing can be compared: no channel of the one session has windows in the other.</p>\n");
        }
        self.findings(&findings);
        if let Some(table) = tables::changes(report) {
            self.put(table.html());
        }
        self.put("<p class=\"note\">A difference is put into a word only where its 95 % interval leaves no doubt of one. What it means is for who looks to say.</p>\n</section>\n");
    }

    fn method(&mut self, report: &Report) {
        self.put("<section class=\"method\">\n<h2>Method</h2>\n");
        self.put(format!("<p>{}</p>\n", escape(&method(report))));
        self.put("<dl>\n");
        for rhythm in Rhythm::ALL {
            let of = report.settings.of(rhythm);
            let told = if of.enabled {
                format!("{}–{} /min in {} s", of.low_per_min, of.high_per_min, of.window.0)
            } else {
                "not looked for".to_owned()
            };
            let _ = writeln!(self.out, "<div><dt>{}</dt><dd>{}</dd></div>", rhythm.word(), escape(&told));
        }
        let derived = if report.settings.derived { "looked at" } else { "not looked at" };
        for (word, told) in [
            ("step", format!("{} s", report.settings.step.0)),
            ("present", format!("p below {}", report.settings.threshold)),
            ("derived series", derived.to_owned()),
            ("made by", report.program.clone()),
        ] {
            let _ = writeln!(self.out, "<div><dt>{word}</dt><dd>{}</dd></div>", escape(&told));
        }
        self.put(format!("</dl>\n<p class=\"disclaimer\">{NO_FINDING}</p>\n</section>\n"));
    }
}

fn trace_caption(session: &Session) -> &'static str {
    match (session.gaps.is_empty(), session.stills.is_empty()) {
        (true, true) => "Least and greatest sample at each place, so that no spike is left out.",
        (false, true) => {
            "Least and greatest sample at each place, so that no spike is left out. Hatched in red: samples that never arrived."
        }
        (true, false) => "Least and greatest sample at each place, so that no spike is left out. Hatched: still points found.",
        (false, false) => {
            "Least and greatest sample at each place, so that no spike is left out. Hatched in red: samples that never arrived; in grey: still points found."
        }
    }
}

/// What a window is.
fn windows(report: &Report) -> String {
    let step = report.settings.step.0;
    format!(
        "Figures are medians over windows in which the rhythm was present, with 95 % intervals in brackets. A new window begins every {step} s, so that neighbours share most of their samples. \
         By chance a rhythm is told in {}\u{a0}% of windows of noise.",
        decimal(100.0 * report.settings.threshold, 1).trim_end_matches('0').trim_end_matches('.')
    )
}

/// How the figures are made.
fn method(report: &Report) -> String {
    format!(
        "Each channel is looked at for each rhythm in a window that ends at every step. Evidence is Thomson's multitaper F-test for a line, and for a rhythm that wanders the same over pieces of the window, its p corrected for \
         the search over the range; below {} a rhythm is present. Rate and amplitude (peak to trough) are fitted to all lines together, their intervals come from what is left beside the lines. Medians and differences have theirs \
         from resampled blocks of windows; the p of a recording counts only windows that share no sample. Times are from its start, by the measured clock. The figures are those of stillpoint analyze.",
        report.settings.threshold
    )
}

/// Gaps, faults, clock and damage, a line each.
fn losses(session: &Session) -> Vec<String> {
    let lost: u64 = session.gaps.iter().map(|gap| gap.span.frames()).sum();
    let frames = session.part.frames();
    let share = if frames > 0 { 100.0 * lost as f64 / frames as f64 } else { 0.0 };
    let mut lines = vec![match session.gaps.len() {
        0 => format!("Nothing was lost: {} without a gap.", count(frames as usize, "frame")),
        many => {
            format!("{}: {} of {} frames never arrived ({} %).", count(many, "gap"), thousands(lost), thousands(frames), decimal(share, 2))
        }
    }];
    let nominal = session.layout.nominal;
    lines.push(match session.clock {
        Some((point, points)) if point.std_err_hz > 0.0 => format!(
            "Clock: {} Hz ± {} measured against the computer's, {} ppm from {} Hz ({}).",
            decimal(session.rate.hz(), 5),
            decimal(point.std_err_hz, 5),
            decimal(session.rate.ppm_from(nominal), 0),
            nominal.text(),
            count(points, "clock point")
        ),
        _ => format!("Clock: {} Hz as stated; not measured.", session.rate.text()),
    });
    if session.faults > 0 {
        lines.push(format!("{}: bytes that were no sample.", count(session.faults as usize, "fault")));
    }
    lines.extend(session.damage.iter().map(|line| format!("Damage: {line}")));
    lines
}
