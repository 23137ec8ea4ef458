//! Segments side by side: what the windows within each say, and how it differs from the first.

use super::tables::{Table, windows, with_unit};
use super::text::{DASH, amplitude, count, decimal, difference, name, rate, with_interval};
use super::{Lead, Session};
use crate::rhythm::{Hold, Rhythm};

const HEADS: [&str; 8] =
    ["rhythm and segment", "from–to", "rate, /min", "difference", "amplitude", "ratio", "windows", "still points; left/right and lag"];

/// One table of the rhythms and channels that tell anything in any segment, or a sentence where none does; `None` without segments.
pub fn table(session: &Session) -> Option<Result<Table, String>> {
    let segments = &session.segments;
    if segments.stretches.is_empty() {
        return None;
    }
    let mut table = Table::new("Segments, the rhythms that are told in any of them", &HEADS);
    let of_lead = |lead: &Lead| lead.channels.iter().map(|channel| (lead.rhythm, *channel)).collect::<Vec<_>>();
    session.leads.iter().flat_map(of_lead).for_each(|of| rows(&mut table, session, of));
    if table.is_empty() {
        let many = count(segments.stretches.len(), "segment");
        return Some(Err(format!("{many}, and in none a rhythm is told. A window counts only where it lies whole inside a segment.")));
    }
    Some(Ok(table))
}

fn rows(table: &mut Table, session: &Session, (rhythm, channel): (Rhythm, usize)) {
    let segments = &session.segments;
    let own = |hold: &&Hold| (hold.summary.rhythm, hold.summary.channel) == (rhythm, channel);
    let holds: Vec<&Hold> = segments.holds.iter().filter(own).collect();
    if !holds.iter().any(|hold| hold.summary.present) {
        return;
    }
    table.group(format!("{}, {}", super::findings::heading(rhythm), session.channel(channel)));
    for hold in holds {
        let Some((label, span)) = segments.stretches.get(hold.segment) else { continue };
        let label = if label.is_empty() { format!("segment {}", hold.segment + 1) } else { name(label) };
        let mut row = vec![label, format!("{}–{}", session.time(span.start), session.time(span.end))];
        row.extend(figures(session, hold));
        row.push(if rhythm == Rhythm::Cranial { beside(session, hold) } else { String::new() });
        table.row(row);
    }
}

fn figures(session: &Session, hold: &Hold) -> [String; 5] {
    let (summary, against) = (&hold.summary, hold.against_first);
    let dash = || DASH.to_owned();
    let there = summary.present;
    [
        summary.rate.filter(|_| there).map_or_else(dash, rate),
        against.and_then(|against| against.rate).map_or_else(dash, |rate| difference(rate, 2)),
        summary.amplitude.filter(|_| there).map_or_else(dash, |size| with_unit(amplitude(size), session.unit(summary.channel))),
        against.and_then(|against| against.amplitude_ratio).map_or_else(dash, |ratio| with_interval(ratio, 2)),
        if summary.windows == 0 { dash() } else { windows(summary) },
    ]
}

/// Still points of a segment, and its left against right.
fn beside(session: &Session, hold: &Hold) -> String {
    let (many, long) = hold.stills;
    let stills = if many == 0 { "0".to_owned() } else { format!("{many} ({} s)", decimal(long.0, 0)) };
    let sides = session.segments.sides.get(hold.segment).copied().flatten();
    let sides = sides.map(|of| format!("; {}, {} s", decimal(of.amplitude_ratio.value, 2), decimal(of.lag.value, 2)));
    stills + &sides.unwrap_or_default()
}
