//! Tables: what every channel and rhythm came to, still points, annotations, gaps.

use std::fmt::Write as _;

use super::Session;
use super::text::{DASH, amplitude, count, decimal, difference, digits_of, escape, expected, name, probability, rate, thousands};
use crate::rhythm::{Evidence, Rhythm, Series, Settings, Summary};
use crate::signal::{Kind, Seconds};

/// At most so many rows of what there may be any number of; the rest is counted.
const LISTED: usize = 60;

enum Row {
    /// A head over the rows that follow.
    Group(String),
    /// Its cells, the first of which names it.
    Cells(Vec<String>),
}

/// A table in the making.
pub struct Table {
    caption: String,
    heads: Vec<&'static str>,
    rows: Vec<Row>,
    class: &'static str,
}

impl Table {
    /// With a caption, and a head a column.
    pub fn new(caption: impl Into<String>, heads: &[&'static str]) -> Self {
        Self { caption: caption.into(), heads: heads.to_vec(), rows: Vec::new(), class: "" }
    }

    /// In as many columns as the page has room for.
    fn narrow(self) -> Self {
        Self { class: " class=\"narrow\"", ..self }
    }

    /// A row of texts that are not escaped yet; the first names it.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(Row::Cells(cells.into_iter().collect()));
    }

    /// A head over the rows that follow.
    pub fn group(&mut self, head: String) {
        self.rows.push(Row::Group(head));
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As HTML.
    pub fn html(&self) -> String {
        let mut out = format!("<table{}>\n<caption>{}</caption>\n<thead><tr>", self.class, escape(&self.caption));
        for head in &self.heads {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escape(head));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        let mut before = "";
        for row in &self.rows {
            let cells = match row {
                Row::Cells(cells) => cells,
                Row::Group(head) => {
                    // A group is a body of its own, so that its head is that of its rows alone.
                    if !before.is_empty() {
                        out.push_str("</tbody>\n<tbody>\n");
                    }
                    let _ = writeln!(
                        out,
                        "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>",
                        self.heads.len(),
                        escape(head)
                    );
                    continue;
                }
            };
            out.push_str("<tr>");
            for (at, cell) in cells.iter().enumerate() {
                let again = if at == 0 && before == cell { " class=\"again\"" } else { "" };
                let (text, tag) = (escape(cell), if at == 0 { "th" } else { "td" });
                let scope = if at == 0 { " scope=\"row\"" } else { "" };
                let _ = write!(out, "<{tag}{scope}{again}>{text}</{tag}>");
            }
            out.push_str("</tr>\n");
            before = cells.first().map_or("", String::as_str);
        }
        out + "</tbody>\n</table>\n"
    }
}

/// Every channel and rhythm that was looked for.
pub fn figures(session: &Session, settings: &Settings) -> Table {
    let heads = ["channel", "rhythm", "rate, /min", "amplitude", "regularity", "windows", "by chance", "p", "evidence"];
    let mut table = Table::new("Every channel and rhythm: median over the windows in which it was present, 95 % interval", &heads);
    for channel in 0..session.layout.channels.len() {
        for rhythm in Rhythm::ALL.into_iter().filter(|rhythm| settings.of(*rhythm).enabled) {
            let Some(summary) = session.summary(channel, rhythm) else { continue };
            let first = [session.channel(channel), rhythm.word().to_owned()];
            table.row(first.into_iter().chain(of_summary(summary, settings, session.unit(channel))));
        }
    }
    table
}

/// Rate, amplitude, regularity, windows, how many by chance, p, evidence.
fn of_summary(summary: &Summary, settings: &Settings, unit: &str) -> [String; 7] {
    let dash = || DASH.to_owned();
    let there = summary.present;
    let size = summary.amplitude.filter(|_| there).map(|size| with_unit(amplitude(size), unit));
    [
        summary.rate.filter(|_| there).map_or_else(dash, rate),
        size.unwrap_or_else(dash),
        summary.regularity.filter(|_| there).map_or_else(dash, |even| decimal(even, 2)),
        if summary.windows == 0 { dash() } else { windows(summary) },
        if summary.windows == 0 { dash() } else { expected(settings.threshold * summary.windows as f64) },
        summary.p.map_or_else(dash, probability),
        summary.p.map_or_else(|| "not told".to_owned(), |p| Evidence::of(p).word().to_owned()),
    ]
}

/// "36 of 38".
pub fn windows(summary: &Summary) -> String {
    format!("{} of {}", thousands(summary.windows_present as u64), thousands(summary.windows as u64))
}

/// A figure with its unit, where there is one.
pub fn with_unit(figure: String, unit: &str) -> String {
    if unit.is_empty() { figure } else { format!("{figure} {unit}") }
}

/// Rhythms in how pulse and breath are modulated, where any is present; and a sentence on how many were looked at.
pub fn derived(session: &Session, settings: &Settings) -> Option<(Table, String)> {
    let all: Vec<(&Summary, Series)> = session.summaries.iter().filter_map(|summary| Some((summary, summary.series?))).collect();
    if all.is_empty() {
        return None;
    }
    let heads = ["series", "rhythm", "rate, /min", "amplitude", "regularity", "windows", "by chance", "p", "evidence"];
    let mut table = Table::new("Derived series: how pulse and breath are modulated; those with a rhythm", &heads);
    for (summary, series) in all.iter().filter(|(summary, _)| summary.present) {
        let unit = if series.is_rate() { "/min" } else { session.unit(summary.channel) };
        let first = [format!("{}.{}", session.channel(summary.channel), series.word()), summary.rhythm.word().to_owned()];
        table.row(first.into_iter().chain(of_summary(summary, settings, unit)));
    }
    let with = table.rows.len();
    let chance = expected(settings.threshold * all.len() as f64);
    let note = format!("a rhythm in {with} of {}; {chance} are expected by chance.", count(all.len(), "combination"));
    Some((table, note))
}

/// Still points that were found.
pub fn stills(session: &Session) -> Option<(String, usize)> {
    let mut table = Table::new("Still points found", &["channel", "from", "to", "length, s", ""]).narrow();
    for still in session.stills.iter().take(LISTED) {
        let doubt = if still.may_be_breath() { "or a pause in breathing" } else { "" };
        let [start, end] = [still.start, still.end].map(|time| time.to_string());
        table.row([session.channel(still.channel), start, end, decimal(still.length().0, 1), doubt.to_owned()]);
    }
    (!table.is_empty()).then(|| (table.html(), session.stills.len().saturating_sub(LISTED)))
}

/// What somebody wrote to it, taps left out: these are counted. A few are a table, many a list in columns.
pub fn annotations(session: &Session) -> Option<(String, usize)> {
    const FEW: usize = 12;
    let all: Vec<_> = session.annotations.iter().filter(|annotation| annotation.kind != Kind::Tap).collect();
    let rows = all.iter().take(LISTED).map(|annotation| {
        let start = session.time(annotation.start);
        let end = annotation.end.map(|end| session.time(end)).filter(|end| end.0 > start.0);
        let when = end.map_or_else(|| start.to_string(), |end| format!("{start}–{end}"));
        let label = if annotation.label.is_empty() { DASH.to_owned() } else { name(&annotation.label) };
        [when, annotation.kind.word().to_owned(), label]
    });
    let html = if all.len() > FEW {
        let line = |[when, kind, label]: [String; 3]| format!("<li><b>{when}</b> {kind} <span>{}</span></li>\n", escape(&label));
        format!("<p class=\"note\">Annotations</p>\n<ul class=\"many\">\n{}</ul>\n", rows.map(line).collect::<String>())
    } else {
        let mut table = Table::new("Annotations", &["time", "kind", "label"]).narrow();
        rows.for_each(|row| table.row(row));
        table.html()
    };
    (!all.is_empty()).then(|| (html, all.len().saturating_sub(LISTED)))
}

/// What never arrived.
pub fn gaps(session: &Session) -> Option<(Table, usize)> {
    const FEW: usize = 12;
    let mut table = Table::new("Gaps: samples that never arrived; nothing is interpolated", &["at", "length, s", "cause"]).narrow();
    for gap in session.gaps.iter().take(FEW) {
        let Seconds(long) = session.rate.duration(gap.span.frames());
        let about = if gap.exact { "" } else { "about " };
        table.row([session.time(gap.span.start).to_string(), format!("{about}{}", decimal(long, 3)), gap.cause.word().to_owned()]);
    }
    (!table.is_empty()).then(|| (table, session.gaps.len().saturating_sub(FEW)))
}

/// One session against the other: a row for each comparison.
pub fn changes(report: &super::Report) -> Option<Table> {
    let (changes, [before, after]) = (report.changes.as_ref()?, report.sessions.first_chunk::<2>()?);
    let heads =
        ["channel", "rhythm", "rate before", "after", "difference, /min", "amplitude ratio", "regularity", "windows before", "after"];
    let mut table = Table::new("After less before, with 95 % intervals; the amplitude as after over before", &heads);
    for of in changes.all.iter().filter(|of| of.series.is_none()) {
        let Some(summary) = before.summary(of.channel, of.rhythm) else { continue };
        let own = before.layout.channels.get(of.channel);
        let there = own.and_then(|own| after.layout.channels.iter().position(|other| (&other.name, &other.unit) == (&own.name, &own.unit)));
        let other = there.and_then(|channel| after.summary(channel, of.rhythm));
        let value = |summary: Option<&Summary>| {
            summary
                .filter(|s| s.present)
                .and_then(|s| s.rate)
                .map_or_else(|| DASH.to_owned(), |r| decimal(r.value, super::text::rate_digits(r)))
        };
        let dash = || DASH.to_owned();
        table.row([
            before.channel(of.channel),
            of.rhythm.word().to_owned(),
            value(Some(summary)),
            value(other),
            of.rate.map_or_else(dash, |rate| difference(rate, 2)),
            of.amplitude_ratio.map_or_else(dash, |ratio| super::text::with_interval(ratio, digits_of(ratio.value, 3).min(2))),
            of.regularity.map_or_else(dash, |even| difference(even, 2)),
            windows(summary),
            other.map_or_else(dash, windows),
        ]);
    }
    (!table.is_empty()).then_some(table)
}
