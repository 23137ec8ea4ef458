//! The same rows, to the last bit, however the samples are split.

use stillpoint::rhythm::{Monitor, Row};
use stillpoint::signal::{Block, SampleIndex};
use stillpoint::simulate::Scenario;

use crate::drive::{Recorded, every};
use crate::table::{Goal, Line, Unit, Value};
use crate::work::{Plan, spread};

const ROW: &str = "blocks";
/// Steps of 5 s.
const STEPS: usize = 72;

/// Row `blocks`.
pub fn rows(plan: &Plan) -> Vec<Line> {
    let recorded = Recorded::new(Scenario::demo(), plan.seed, STEPS, 5.0);
    let sizes = [usize::MAX, 1, 7, 64, 1000];
    let all = spread(sizes.len(), |at| split(&recorded, sizes[at]));
    let tell = |(size, rows): (&usize, &Vec<Row>)| {
        let pairs = rows.iter().zip(&all[0]).filter(|(a, b)| !same(a, b)).count();
        let different = pairs + rows.len().abs_diff(all[0].len());
        let what = format!("demo in blocks of {size}: rows unlike those of the whole");
        Line::new(ROW, what, Value::exact(different as f64, all[0].len(), Unit::Of("rows")), Goal::AtMost(0.0))
    };
    sizes.iter().zip(&all).skip(1).map(tell).collect()
}

/// To the last bit: a float is written so that it reads back as itself.
fn same(a: &Row, b: &Row) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

fn split(recorded: &Recorded, frames: usize) -> Vec<Row> {
    let channels = recorded.layout.channels.len();
    let mut monitor = Monitor::new(&recorded.layout, &every(5.0));
    let (mut rows, mut start) = (Vec::new(), SampleIndex(0));
    for samples in recorded.samples().chunks(frames.saturating_mul(channels)) {
        let block = Block { start, channels, samples: samples.to_vec() };
        start = block.end();
        monitor.push(&block, &mut rows);
    }
    rows
}
