//! What holds of every file of another program that opens.

use std::collections::HashSet;

use stillpoint::format::Contents;
use stillpoint::signal::SampleIndex;

/// What it says of itself lies within it, and is clean.
pub fn hold(contents: &Contents) {
    let names: HashSet<&str> = contents.layout.channels.iter().map(|channel| channel.name.as_str()).collect();
    assert_eq!(names.len(), contents.layout.channels.len(), "two channels of one name");
    assert!((1..=1024).contains(&names.len()), "{} channels", names.len());
    assert!(contents.layout.channels.iter().all(|channel| super::is_clean(&channel.name) && super::is_clean(&channel.unit)));
    assert!(contents.damage.iter().all(|line| super::is_clean(line)), "{:?}", contents.damage);
    let frames = contents.frames;
    assert!(contents.gaps.iter().all(|gap| gap.span.start < gap.span.end && gap.span.end.0 <= frames), "{:?} of {frames}", contents.gaps);
    assert!(contents.gaps.is_sorted_by_key(|gap| gap.span.start));
    for annotation in &contents.annotations {
        assert!(
            annotation.start.0 <= frames && annotation.end.is_none_or(|end| annotation.start <= end && end.0 <= frames),
            "{annotation:?}"
        );
        assert!(super::is_clean(&annotation.label), "{annotation:?}");
    }
}

/// It is read to its end, and the same however it is read.
pub fn read_everywhere(contents: &Contents, mut read: impl FnMut(SampleIndex, usize, &mut Vec<f32>) -> usize) {
    let (frames, channels) = (contents.frames, contents.layout.channels.len());
    let wanted = 2048 / channels + 2;
    let (mut whole, mut piece) = (Vec::new(), Vec::new());
    for start in [0, frames / 2, frames.saturating_sub(wanted as u64 / 2), frames] {
        let got = read(SampleIndex(start), wanted, &mut whole);
        assert_eq!(got as u64, (frames - start).min(wanted as u64), "from {start} of {frames}");
        assert_eq!(whole.len(), got * channels);
        let mut at = 0;
        while at < got {
            let some = read(SampleIndex(start + at as u64), (got - at).min(97), &mut piece);
            assert_eq!(some, (got - at).min(97));
            let same = piece.iter().zip(&whole[at * channels..]).all(|(a, b)| a.to_bits() == b.to_bits());
            assert!(same && piece.len() == some * channels, "from {start} and {at} on, {some} frames");
            at += some;
        }
    }
}
