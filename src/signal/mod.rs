//! Floor 0: the values everything else speaks of. std only; no clock is read here and nothing is opened.
//!
//! The sample index is the only clock below the shell: an instant is `start + index / rate`. What never
//! arrived is [`MISSING`], so that index and time stay linear.

mod annotation;
mod block;
mod channel;
mod clock;
mod history;
mod overview;
mod past;
mod reel;
mod sight;
mod text;
mod units;

pub use annotation::{Annotation, AnnotationId, Annotations, Edit, Kind, QUICK_LABELS, Way};
pub use block::{Block, Gap, GapCause, MISSING, Span};
pub use channel::{Channel, Layout, Role, Side};
pub use clock::{ClockFit, ClockPoint};
pub use history::{Column, Columns, History};
pub use overview::{BUCKET, Overview, fold};
pub use past::Past;
pub use reel::{Reel, Wanted};
pub use sight::{Sight, Unseen, unseen};
pub use text::{clean, is_seen, visible};
pub use units::{Rate, SampleIndex, Seconds};
