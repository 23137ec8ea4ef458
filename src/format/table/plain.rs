//! Any table: what its columns are its first rows tell.

use std::io::Read;

use super::cells::date_time;
use super::clock;
use super::form::Form;
use super::laid::Laid;
use super::rows::Rows;
use super::{Start, TableError};
use crate::format::contents::Stretches;
use crate::format::moment;
use crate::signal::Channel;

/// Times in seconds from 1970 are at least of 2001, and of this century.
const EPOCH: std::ops::Range<f64> = 1e9..4e9;

pub(super) fn read(input: impl Read, start: Start<'_>) -> Result<Laid, TableError> {
    let Start { lines, known } = start;
    let form = Form::find(lines, &known.sidecar)?;
    let Rows { samples, stamps, damage: faults } = Rows::read(input, &form)?;
    let count = (samples.len() / form.channels().len()) as u64;
    let mut damage = [form.damage.clone(), faults].concat();
    let mut stretches = Stretches::default();
    let rate = if let Some(clock) = clock::fit(&stamps) {
        damage.extend(clock.damage);
        stretches = clock.stretches;
        clock.rate
    } else {
        // Of one row there is nothing to tell.
        if form.time.is_some() && count > 1 {
            damage.push("the column of times tells no rate".to_owned());
        }
        stretches.push(count, 0);
        form.rate.or(known.sidecar.rate).or(known.rate).ok_or(TableError::NoRate)?
    };
    let channels = form.channels().iter().map(|column| Channel::named(&column.name, &column.unit)).collect();
    let started = started(lines, &form, stamps.first().copied());
    Ok(Laid { channels, rate, stretches, samples, remarks: Vec::new(), started, damage })
}

/// The date of the first row, where its time has one.
fn started(lines: &[&str], form: &Form, first: Option<f64>) -> Option<String> {
    let (cell, _) = form.time?;
    let row = lines.get(form.skipped as usize)?;
    let cells = form.separator.split(row);
    let told = *cells.get(cell)?;
    if told.contains(':') {
        let dated = told.split_once([' ', 'T']).is_some() && date_time(told).is_some();
        let zone = if told.ends_with('Z') || told.ends_with("+00:00") { "Z" } else { "" };
        return dated.then(|| moment::text(first?)).flatten().map(|text| text + zone);
    }
    moment::text(first.filter(|first| EPOCH.contains(first))?).map(|text| text + "Z")
}
