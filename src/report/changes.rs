//! Before and after, in sentences.

use super::findings::{Finding, heading};
use super::text::{amplitude, difference, list, range, rate, signed, with_interval};
use super::{Lead, Report, Session};
use crate::rhythm::{Comparison, Interval};

/// A paragraph for each rhythm that was told in either session.
pub fn findings(report: &Report) -> Vec<Finding> {
    let (Some(changes), Some([before, after])) = (report.changes.as_ref(), report.sessions.first_chunk::<2>()) else { return Vec::new() };
    let mut all = Vec::new();
    for lead in &before.leads {
        for channel in &lead.channels {
            let of = changes.all.iter().find(|of| (of.channel, of.series, of.rhythm) == (*channel, None, lead.rhythm));
            all.extend(of.map(|of| finding((before, after), (lead, *channel), of)));
        }
    }
    let alone = changes.alone.iter().zip(["before", "after"]).filter(|(names, _)| !names.is_empty());
    let alone: Vec<String> = alone.map(|(names, when)| format!("{} {when}", list(names))).collect();
    if !alone.is_empty() {
        let text = format!("Channels are matched by name and unit. Without a match, and so not compared: {}.", alone.join("; "));
        all.push(Finding { rhythm: None, head: "Not compared".to_owned(), figure: None, text });
    }
    all
}

fn finding((before, after): (&Session, &Session), (lead, channel): (&Lead, usize), of: &Comparison) -> Finding {
    let head = format!("{}, {}", heading(lead.rhythm), before.channel(channel));
    let finding = |figure, text| Finding { rhythm: Some(lead.rhythm), head, figure, text };
    let share = of.present.map_or_else(String::new, |share| {
        let [first, second] = [0, 1].map(|side| format!("{} of {} windows", of.windows_present[side], of.windows[side]));
        let less = Interval { value: 100.0 * share.value, low: 100.0 * share.low, high: 100.0 * share.high };
        format!(" It was there in {first} before and {second} after: {} percentage points.", difference(less, 0))
    });
    let Some((change, ratio)) = of.rate.zip(of.amplitude_ratio) else {
        let short = of.windows.iter().any(|windows| *windows < of.needed);
        let why = if short {
            format!("it takes {} windows in each, there are {} and {}", of.needed, of.windows[0], of.windows[1])
        } else {
            "it is present in too few windows".to_owned()
        };
        return finding(None, format!("Rate and amplitude cannot be compared: {why}.{share}"));
    };
    let there = after
        .layout
        .channels
        .iter()
        .position(|other| before.layout.channels.get(channel).is_some_and(|own| (&own.name, &own.unit) == (&other.name, &other.unit)));
    let both = [before.summary(channel, lead.rhythm), there.and_then(|there| after.summary(there, lead.rhythm))];
    let [first, second] = both.map(|summary| summary.and_then(|summary| summary.rate).map_or_else(String::new, rate));
    let [small, large] = both.map(|summary| summary.and_then(|summary| summary.amplitude).map_or_else(String::new, amplitude));
    let word = verdict(change, "slower", "faster");
    let size = verdict(Interval { value: ratio.value - 1.0, low: ratio.low - 1.0, high: ratio.high - 1.0 }, "smaller", "larger");
    let unit = before.unit(channel);
    let text = format!(
        " ({}), {word}: {first} /min before, {second} after. The amplitude is {size}: {} times, {small}{} before, {large}{} after.{share}",
        range(change, 2),
        with_interval(ratio, 2),
        space(unit),
        space(unit),
    );
    finding(Some(("The rate changed by", format!("{} /min", signed(change.value, 2)))), text)
}

fn space(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(" {unit}") }
}

/// A difference in a word only where the interval leaves no doubt of one.
fn verdict(difference: Interval, less: &'static str, more: &'static str) -> &'static str {
    match difference {
        difference if difference.high < 0.0 => less,
        difference if difference.low > 0.0 => more,
        _ => "not told apart",
    }
}
