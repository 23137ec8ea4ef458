//! Who gets which part of the screen. Depends on its size and on what there is to show, never on values: nothing jumps.

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// Leftmost column.
    pub x: u16,
    /// Top row.
    pub y: u16,
    /// Columns.
    pub w: u16,
    /// Rows.
    pub h: u16,
}

impl Area {
    /// A rectangle.
    pub fn new(x: u16, y: u16, w: u16, h: u16) -> Self {
        Self { x, y, w, h }
    }

    /// Whether a cell is in it.
    pub fn holds(self, x: u16, y: u16) -> bool {
        (self.x..self.x.saturating_add(self.w)).contains(&x) && (self.y..self.y.saturating_add(self.h)).contains(&y)
    }

    /// One row of it, from the top; without height where there is none.
    #[must_use]
    pub fn row(self, row: u16) -> Self {
        Self { y: self.y + row.min(self.h), h: u16::from(row < self.h), ..self }
    }

    /// What is left under the first `rows`.
    #[must_use]
    pub fn below(self, rows: u16) -> Self {
        let rows = rows.min(self.h);
        Self { y: self.y + rows, h: self.h - rows, ..self }
    }

    /// The first `rows`.
    #[must_use]
    pub fn top(self, rows: u16) -> Self {
        Self { h: rows.min(self.h), ..self }
    }

    /// What is left beside the first `columns`.
    #[must_use]
    pub fn right_of(self, columns: u16) -> Self {
        let columns = columns.min(self.w);
        Self { x: self.x + columns, w: self.w - columns, ..self }
    }

    /// The first `columns`.
    #[must_use]
    pub fn left(self, columns: u16) -> Self {
        Self { w: columns.min(self.w), ..self }
    }
}

/// Columns left of the plots, for the scale.
pub(super) const GUTTER: u16 = 8;

/// The least rows of a pane, its title included.
const LEAST_PANE: u16 = 3;

/// What there is to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub size: (u16, u16),
    pub rhythms: usize,
    /// Rows for the place in a replay.
    pub playback: u16,
}

/// Where the figures stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figures {
    /// Right of the trace, in blocks.
    Beside(Area),
    /// Under it, a line each.
    Under(Area),
}

/// The parts of the full view.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub rule: Option<Area>,
    /// Panes, gutters and titles included.
    pub traces: Area,
    pub axis: Area,
    pub figures: Figures,
    pub trend: Option<Area>,
    pub spectrum: Option<Area>,
}

impl Plan {
    /// `None` where the screen is too small for more than one figure.
    pub(super) fn of(demand: Demand) -> Option<Self> {
        let (w, h) = demand.size;
        if w < 60 || h < 15 {
            return None;
        }
        let screen = Area::new(0, 0, w, h);
        let ruled = u16::from(h >= 28);
        let middle = Area::new(0, 1 + ruled, w, h - 2 - ruled - demand.playback);
        let parts = if w >= 100 && h >= 24 { beside(middle) } else { under(middle, demand.rhythms) };
        let (traces, axis, figures, trend, spectrum) = parts;
        let rule = (ruled == 1).then(|| screen.row(1));
        Some(Self { rule, traces, axis, figures, trend, spectrum })
    }

    /// One area a pane, from the top, and how many channels found no room.
    pub(super) fn panes(&self, channels: usize) -> (Vec<Area>, usize) {
        let most = usize::from(self.traces.h / LEAST_PANE).max(1);
        let shown = channels.min(most);
        let count = u16::try_from(shown).unwrap_or(u16::MAX).max(1);
        let (each, rest) = (self.traces.h / count, self.traces.h % count);
        let mut y = self.traces.y;
        let mut areas = Vec::with_capacity(shown);
        for i in 0..shown {
            let h = each + u16::from(i < usize::from(rest));
            areas.push(Area { y, h, ..self.traces });
            y += h;
        }
        (areas, channels - shown)
    }
}

type Parts = (Area, Area, Figures, Option<Area>, Option<Area>);

/// Figures on the right; trend and spectrum at the bottom where there is room.
fn beside(middle: Area) -> Parts {
    let side = (middle.w * 27 / 100).clamp(31, 46);
    let strip = if middle.h >= 26 { 3 } else { 0 };
    // A blank row keeps the strip from the axis.
    let under = if strip > 0 { strip + 1 } else { 0 };
    let left = middle.left(middle.w - side - 2);
    let right = middle.right_of(middle.w - side);
    let traces = left.top(middle.h - under - 1);
    let axis = left.row(middle.h - under - 1).right_of(GUTTER);
    let trend = (strip > 0).then(|| left.below(middle.h - strip));
    let spectrum = (strip > 0).then(|| right.below(middle.h - strip));
    (traces, axis, Figures::Beside(right.top(middle.h - under)), trend, spectrum)
}

/// Figures under the trace, a line each; the trend where the screen is high.
fn under(middle: Area, rhythms: usize) -> Parts {
    let wanted = u16::try_from(rhythms).unwrap_or(4);
    let lines = if middle.h >= 18 { wanted } else { wanted.min(2) };
    let strip = if middle.h >= 30 { 2 } else { 0 };
    let traces = middle.top(middle.h - lines - strip - 1);
    let axis = middle.row(traces.h).right_of(GUTTER);
    let trend = (strip > 0).then(|| middle.below(traces.h + 1).top(strip));
    (traces, axis, Figures::Under(middle.below(traces.h + 1 + strip)), trend, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_trace_is_the_hero_and_everything_is_on_the_screen(
            w in 60u16..400, h in 15u16..120, channels in 1usize..40, rhythms in 0usize..5, playback in 0u16..2,
        ) {
            let plan = Plan::of(Demand { size: (w, h), rhythms, playback }).unwrap();
            prop_assert!(plan.traces.h * 2 >= h, "{} of {h} rows", plan.traces.h);
            prop_assert!(plan.traces.w * 2 >= w);
            let (Figures::Beside(figures) | Figures::Under(figures)) = plan.figures;
            let areas = [plan.traces, plan.axis, figures];
            for area in areas.into_iter().chain(plan.trend).chain(plan.spectrum) {
                prop_assert!(area.x + area.w <= w && area.y + area.h < h - playback, "{area:?}");
            }
            let (panes, hidden) = plan.panes(channels);
            prop_assert_eq!(panes.len() + hidden, channels);
            prop_assert_eq!(panes.iter().map(|p| p.h).sum::<u16>(), plan.traces.h);
        }
    }
}
