//! Takes out of a scene what a blind hand must not see. One place, after everything else: what is forgotten here is not blind.

use crate::app::blind::Blind;
use crate::app::scene::{Banner, Body, Part, Reading, Scene, Tone};
use crate::signal::Kind;

pub(super) fn hide(scene: &mut Scene, blind: Blind) {
    if blind == Blind::Off {
        return;
    }
    let all = blind == Blind::All;
    let words = || Reading::Waiting("blind".into());
    match &mut scene.body {
        Body::Panel(panel) => {
            for block in &mut panel.figures {
                (block.reading, block.symmetry) = (words(), None);
                block.channel.clear();
                block.notes.clear();
            }
            (panel.trend, panel.spectrum, panel.taps) = (None, None, None);
            let instead = panel.spectrum_view.take().is_some() | panel.symmetry_view.take().is_some() | panel.taps_view.take().is_some();
            panel.flags.retain(|flag| flag.kind != Kind::StillPoint);
            for pane in &mut panel.panes {
                pane.accent = None;
                pane.stills.clear();
                if all {
                    pane.columns.clear();
                }
            }
            if panel.banner.is_none() && (all || instead) {
                let lines = vec!["blind".to_owned()];
                panel.banner = Some(Banner { area: panel.area, lines, tone: Tone::Strong });
            }
        }
        Body::Distance(distance) => {
            distance.reading = words();
            distance.notes.clear();
            distance.channel.clear();
            distance.trace = distance.trace.take().filter(|_| !all);
        }
        Body::Raw(raw) => {
            if all {
                raw.lines.clear();
                raw.empty = Some("blind");
            }
        }
    }
    for row in scene.channels.iter_mut().flat_map(|channels| &mut channels.rows) {
        row.figure = Part { text: "blind".into(), tone: Tone::Dim };
        row.notes.clear();
    }
    if let Some(overview) = scene.playback.as_mut().and_then(|playback| playback.overview.as_mut()) {
        overview.accent = None;
        overview.stills.clear();
        if all {
            overview.columns.clear();
        }
    }
}
