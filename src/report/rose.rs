//! Where in the felt cycle the taps stand: petals round a circle, the crest of the trace on top, time as a clock's hands go.

use super::picture::{Anchor, Dash, HALF, Ink, Letters, Picture, arc};
use super::{Session, Tapped, text};
use crate::rhythm::{Ratio, Rhythm};

/// Petals: an hour of a clock each is halved.
const PETALS: usize = 24;
const HIGH: f32 = 148.0;
const RADIUS: f32 = 54.0;
const CENTRE: (f32, f32) = (HALF / 2.0, HIGH / 2.0);

/// Draws them; `None` where too little is known of the taps.
pub fn picture(session: &Session, tapped: &Tapped) -> Option<Picture> {
    let locking = tapped.felt.locking?;
    let name = session.channel(tapped.channel);
    let desc = format!(
        "{} beside {name}: locking value {} at {}, p = {}; on average {} s after the crest.",
        text::count(tapped.turns.len(), "tap"),
        text::decimal(locking.value, 2),
        locking.ratio.word(),
        text::probability(locking.p),
        text::decimal(locking.offset.0, 2),
    );
    let mut picture = Picture::new((HALF, HIGH), format!("Taps in the cycle of {name}"), desc);
    let mut petals = [0_u32; PETALS];
    for turn in tapped.turns.iter().filter(|turn| turn.is_finite()) {
        petals[((turn * PETALS as f64 + 0.5) as usize) % PETALS] += 1;
    }
    let most = f64::from(petals.iter().copied().max().unwrap_or(1).max(1));
    for radius in [0.5, 1.0] {
        picture.line(arc(CENTRE, RADIUS * radius, (0.0, 1.0)), Ink::Rule, (0.7, Dash::Solid));
    }
    for (at, count) in petals.iter().enumerate().filter(|(_, count)| **count > 0) {
        // As many taps are as much area.
        let long = RADIUS * (f64::from(*count) / most).sqrt() as f32;
        let ends = ((at as f32 - 0.46) / PETALS as f32, (at as f32 + 0.46) / PETALS as f32);
        let points = std::iter::once(CENTRE).chain(arc(CENTRE, long, ends)).collect();
        picture.area(points, Ink::Of(Rhythm::Cranial), 0.75);
    }
    mean(&mut picture, &tapped.turns);
    words(&mut picture, locking.ratio);
    Some(picture)
}

/// The mean of all taps: its direction, and as long as they agree.
fn mean(picture: &mut Picture, turns: &[f64]) {
    let angle = |turn: &f64| turn * std::f64::consts::TAU;
    let count = turns.len().max(1) as f64;
    let (right, up) =
        (turns.iter().map(|t| angle(t).sin()).sum::<f64>() / count, turns.iter().map(|t| angle(t).cos()).sum::<f64>() / count);
    let end = (CENTRE.0 + RADIUS * right as f32, CENTRE.1 - RADIUS * up as f32);
    picture.line(vec![CENTRE, end], Ink::Text, (2.2, Dash::Solid));
    picture.dot(end, 3.2, Ink::Text);
}

fn words(picture: &mut Picture, ratio: Ratio) {
    let (x, y) = CENTRE;
    let [top, foot] = match ratio {
        Ratio::OneToOne => ["crest", "trough"],
        // Two cycles go round the circle once, or half of one.
        Ratio::OneToTwo => ["crest", "the next crest"],
        Ratio::TwoToOne => ["crest or trough", "between them"],
    };
    picture.text((x, y - RADIUS - 6.0), top, Letters::SCALE.at(Anchor::Middle));
    picture.text((x, y + RADIUS + 14.0), foot, Letters::SCALE.at(Anchor::Middle));
}
