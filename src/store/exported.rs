//! A file that this program exported is opened as what it was exported from: what lies beside it tells what the file itself has no room for.

use std::path::Path;

use super::{Recording, regular};
use crate::format::{Origin, origin};
use crate::signal::{ClockPoint, Edit, SampleIndex};

/// Longer files beside a recording are not ours.
const LONGEST: u64 = 16 << 20;
/// A rate that is another by more than this is that of another file.
const OTHER_RATE: f64 = 0.05;

/// Takes names, units, roles, the true rate, annotations and gaps from what lies beside a recording, or is in it, where this program wrote that.
pub(super) fn apply(recording: &mut Recording) {
    let path = recording.path.clone();
    let text = |path: &Path| regular::text(path, LONGEST).ok();
    let beside = text(&path.with_extension("json")).and_then(|text| Origin::parse(&text));
    let Some(origin) = beside.or_else(|| recording.origin.take()) else { return };
    let off = origin.rate.hz() / recording.layout.nominal.hz() - 1.0;
    let same = origin.frames == recording.frames() && origin.channels.len() == recording.layout.channels.len();
    if !same || off.abs() > OTHER_RATE {
        return;
    }
    let stated = origin.channels.iter().cloned().map(Some).collect();
    if recording.rename(stated).is_err() {
        return;
    }
    recording.layout.nominal = origin.nominal;
    recording.clocks = vec![ClockPoint { at: SampleIndex(0), rate: origin.rate, std_err_hz: 0.0 }];
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let table = text(&path.with_file_name(format!("{name}_annotations.csv")));
    if let Some((annotations, gaps)) = table.and_then(|text| origin::annotations(&text, origin.frames)) {
        if recording.annotations.is_empty() {
            recording.annotations = annotations.into_iter().map(Edit::Put).collect();
        }
        recording.gaps = gaps;
    }
    recording.origin = Some(origin);
}
