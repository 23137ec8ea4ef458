//! The taps of a recording beside the cranial rhythm that was measured in it.

use crate::rhythm::{Felt, Monitor, Phase, Rhythm, Summary};
use crate::signal::{Kind, Layout, Role, SampleIndex, Seconds, Span};
use crate::store::Recording;

/// What the taps say beside one channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taps {
    /// Position of the channel in the layout.
    pub channel: usize,
    /// What was felt and measured.
    pub felt: Felt,
}

/// When there was a tap, in a part of a recording.
pub fn instants(recording: &Recording, part: Span) -> Vec<SampleIndex> {
    let taps = recording.annotations().iter().filter(|annotation| annotation.kind == Kind::Tap).map(|annotation| annotation.start);
    taps.filter(|tap| *tap >= part.start && *tap < part.end).collect()
}

/// The taps that the monitor has followed, beside each channel that is there for the cranial rhythm; where none is, beside the one that has it most often.
pub fn beside(recording: &Recording, monitor: &Monitor, summaries: &[Summary]) -> Vec<Taps> {
    let channels = channels(recording.layout(), summaries).into_iter();
    let felt = channels.map(|channel| Taps { channel, felt: Felt::of(&times(recording, monitor, channel)) });
    felt.filter(|taps| taps.felt.taps > 0).collect()
}

/// When each tap was that the monitor has followed, and the phase of a channel then, where it is known.
pub fn times(recording: &Recording, monitor: &Monitor, channel: usize) -> Vec<(Seconds, Option<Phase>)> {
    let rate = recording.rate();
    monitor.phases().of(channel).map(|(at, phase)| (rate.time_of(at), phase)).collect()
}

fn channels(layout: &Layout, summaries: &[Summary]) -> Vec<usize> {
    let cranial: Vec<usize> = (0..layout.channels.len()).filter(|channel| layout.channels[*channel].role == Role::Cranial).collect();
    if !cranial.is_empty() {
        return cranial;
    }
    let own = summaries.iter().filter(|summary| summary.rhythm == Rhythm::Cranial && summary.series.is_none());
    // Of those that have it as often the first.
    own.rev().max_by_key(|summary| summary.windows_present).map(|summary| summary.channel).into_iter().collect()
}
