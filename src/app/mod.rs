//! Floor 4: the state of the screen. Keys and notices in, effects and a [`Scene`] out. No terminal, no thread, no file, no clock.
//!
//! A key goes through the one table of `keys` to an action, the action changes the state and may ask something of the
//! session; what the session has done comes back as a notice. The screen never says "recording" or "saved" before that.

mod about;
mod alarm;
mod blind;
mod build;
mod channels;
mod compare;
mod export;
mod keymap;
mod keys;
mod layout;
mod list;
mod marks;
mod mouse;
mod prompt;
mod proposals;
mod scale;
mod scene;
mod spectrum;
#[cfg(test)]
mod stories;
mod update;
mod view;
mod welcome;

use std::collections::VecDeque;
use std::sync::Arc;

use crate::protocol::{Command, Exporting, Look, Notice, Raw, Snapshot, SourceState, Wanted};
use crate::rhythm::Settings;
use crate::signal::{AnnotationId, Annotations, Columns, Past, QUICK_LABELS, SampleIndex, Seconds};

pub use about::Setting;
pub use compare::{Compared, Stretch};
pub use keymap::Keymap;
pub use keys::{Action, Binding, Group, Key, Mode, TABLE, Told, key_table_markdown};
pub use layout::Area;
pub use list::End;
pub use mouse::{Gesture, Mouse, Pointer};
pub use scale::Scale;
pub use scene::{
    Axis, Banner, Bar, Bars, Body, ChannelRow, ChannelsPane, Closing, Digits, Distance, ExportPane, FigureBlock, Flagged, Footer, GapLabel,
    Header, Help, ListPane, ListRow, Panel, Part, PeakLabel, PlayState, PlaybackLine, PromptLine, RangeMark, RawPane, Reading, Rose, Scene,
    SettingsPane, Shape, SpectrumColumn, SpectrumPane, Standing, StillLabel, SymmetryPane, TableCell, TablePane, TapsPane, Tick, Tone,
    TracePane, Values, called,
};
pub use view::View;
pub use welcome::{Choice, Entry, Picked, Row, Welcome};

use alarm::Alarms;
use blind::Blind;
use channels::Channels;
use export::Dialog;
use list::List;
use marks::Marks;
use mouse::{Held, Places};
use prompt::Prompt;
use spectrum::Lens;
use view::Viewport;

/// What the screen is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The port, "demo", the file's name. Clean of control characters.
    pub source: String,
    /// Whether the signal is made up; the screen then says so, always.
    pub simulated: bool,
}

/// Quick labels that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSet {
    /// What they are called.
    pub name: String,
    /// For the keys 0–9; an empty one is none.
    pub labels: [String; 10],
}

/// What a key asks of the shell.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Something for the session.
    Session(Command),
    /// Compare these segments; [`App::compared`] takes what comes of it.
    Compare(Vec<Stretch>),
    /// A table of compared segments, into this folder.
    WriteTable(Box<Compared>, String),
    /// Files for other programs, written in the background.
    Export(Wanted),
    /// Leave. A recording under way is finished first.
    Quit,
    /// Clear the terminal and draw everything anew.
    Redraw,
    /// Panic on purpose, to try the hook.
    DebugPanic,
}

/// Whether the hidden keys for trying things out are in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Debugging {
    /// They are not.
    #[default]
    Off,
    /// They are.
    On,
}

/// What keys go to.
#[derive(Clone, Debug)]
enum Focus {
    Picture,
    Help(about::Reading),
    /// The settings, from this row on.
    Settings(usize),
    AskQuit,
    Prompt(Prompt),
    Export(Box<Dialog>),
}

/// The recorder, as far as it has told.
#[derive(Clone, Debug, PartialEq)]
enum Recorder {
    Off,
    Asked,
    On { folder: String, start: SampleIndex },
    Finishing { folder: String, start: SampleIndex },
}

/// What the footer says in place of the keys, until the next key.
#[derive(Clone, Debug, PartialEq)]
struct Message {
    text: String,
    tone: Tone,
}

/// Whether the shell should go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    On,
    Leaving,
}

/// The state of the screen.
#[derive(Debug)]
pub struct App {
    mode: Mode,
    title: Title,
    settings: Settings,
    keymap: Keymap,
    /// What is in force, to be read.
    told: Vec<Setting>,
    /// Sets of labels for the keys 0–9, the one in force first; never none.
    labels: VecDeque<LabelSet>,
    debugging: Debugging,
    course: Course,
    focus: Focus,
    source: SourceState,
    recorder: Recorder,
    /// How long the disk has room for the recording, as far as that was told.
    room: Option<Seconds>,
    message: Option<Message>,
    marks: Marks,
    viewport: Viewport,
    lens: Lens,
    /// The spectra that the last scene wanted.
    looked_at: Option<Look>,
    blind: Blind,
    alarms: Alarms,
    /// Where files for other programs go, until another folder is said.
    exports: String,
    /// How far the latest export is.
    exporting: Option<Exporting>,
    channels: Channels,
    /// Open while it is looked at.
    list: Option<List>,
    /// Segments marked to be compared, in the order of the marking.
    compared_ids: Vec<AnnotationId>,
    /// Open while it is looked at.
    table: Option<compare::Table>,
    /// What the device had sent when the picture was frozen.
    held: Option<Arc<Raw>>,
    /// The channel that each rhythm was last read from, so that it does not jump between two equals.
    read_from: [Option<usize>; 4],
    /// Where a replay was when it was last moved, and to where; keys may come faster than snapshots.
    sought: Option<(Seconds, Seconds)>,
    pointer: Pointer,
    /// What the last scene showed where.
    places: Places,
    /// What the mouse's button is held over.
    held_over: Option<Held>,
}

impl App {
    /// A screen that has heard nothing yet.
    pub fn new(mode: Mode, title: Title) -> Self {
        Self {
            mode,
            title,
            settings: Settings::default(),
            keymap: Keymap::default(),
            told: Vec::new(),
            labels: VecDeque::from([LabelSet { name: String::new(), labels: QUICK_LABELS.map(str::to_owned) }]),
            debugging: Debugging::Off,
            course: Course::On,
            focus: Focus::Picture,
            source: SourceState::Silent,
            recorder: Recorder::Off,
            room: None,
            message: None,
            marks: Marks::default(),
            viewport: Viewport::default(),
            lens: Lens::default(),
            looked_at: None,
            blind: Blind::Off,
            alarms: Alarms::default(),
            exports: String::new(),
            exporting: None,
            channels: Channels::default(),
            list: None,
            compared_ids: Vec::new(),
            table: None,
            held: None,
            read_from: [None; 4],
            sought: None,
            pointer: Pointer::default(),
            places: Places::default(),
            held_over: None,
        }
    }

    /// With the estimator's settings: windows to wait for, and which rhythms are looked for at all.
    #[must_use]
    pub fn with_settings(self, settings: Settings) -> Self {
        Self { settings, ..self }
    }

    /// With the user's keys.
    #[must_use]
    pub fn with_keys(self, keymap: Keymap) -> Self {
        Self { keymap, ..self }
    }

    /// With all settings in force, to be read.
    #[must_use]
    pub fn with_told(self, told: Vec<Setting>) -> Self {
        Self { told, ..self }
    }

    /// With the user's sets of quick labels, the one to begin with first. Clean. None leave the ten steps.
    #[must_use]
    pub fn with_labels(self, sets: Vec<LabelSet>) -> Self {
        let labels = if sets.is_empty() { self.labels } else { sets.into() };
        Self { labels, ..self }
    }

    /// With the annotations that a recording brought along, and the way back through the edits that made them.
    #[must_use]
    pub fn with_annotations(self, annotations: Annotations, past: Past) -> Self {
        Self { marks: Marks::new(annotations, past), ..self }
    }

    /// With the folder for exports. Clean.
    #[must_use]
    pub fn with_exports(self, folder: String) -> Self {
        Self { exports: folder, ..self }
    }

    /// With the mouse, or without.
    #[must_use]
    pub fn with_pointer(self, pointer: Pointer) -> Self {
        Self { pointer, ..self }
    }

    /// With the hidden keys.
    #[must_use]
    pub fn with_debugging(self, debugging: Debugging) -> Self {
        Self { debugging, ..self }
    }

    /// One key. `now` is what was known when it was pressed; a mark stands at `now.head`.
    pub fn key(&mut self, key: Key, now: &Snapshot) -> Vec<Effect> {
        update::key(self, key, now)
    }

    /// The mouse. `now` is what was known when it was moved or pressed.
    pub fn mouse(&mut self, mouse: Mouse, now: &Snapshot) -> Vec<Effect> {
        mouse::mouse(self, mouse, now)
    }

    /// What the session has to say.
    pub fn notice(&mut self, notice: Notice) {
        self.alarms.notice(&notice);
        update::notice(self, notice);
    }

    /// Whether the user wants to leave.
    pub fn quitting(&self) -> bool {
        self.course == Course::Leaving
    }

    /// The annotations, unconfirmed ones included.
    pub fn annotations(&self) -> &Annotations {
        self.marks.list()
    }

    /// How much time the picture shows, about; a replay that is moved should send that much from before its target.
    pub fn span(&self) -> Seconds {
        self.viewport.span()
    }

    /// What is to be drawn on a screen of `size` columns and rows. `clock_text` is the local time.
    /// Takes note of the scales it chose, so that they do not jump at every breath.
    pub fn scene(&mut self, snapshot: &Snapshot, columns: &dyn Columns, size: (u16, u16), clock_text: &str) -> Scene {
        let kept = proposals::without_rejected(self.marks.list(), &snapshot.stills);
        let without = kept.map(|stills| Snapshot { stills: Arc::new(stills), ..snapshot.clone() });
        let snapshot = without.as_ref().unwrap_or(snapshot);
        build::scene(self, &build::Seen { snapshot, columns, clock_text }, size)
    }

    /// How far the comparison is that was asked for, 0 to 1.
    pub fn comparing(&mut self, part: f64) {
        self.tell_table(compare::Told::Asked(part));
    }

    /// What it came to, or why it came to nothing.
    pub fn compared(&mut self, done: Result<Compared, String>) {
        self.tell_table(done.map_or_else(compare::Told::Failed, compare::Told::Done));
    }

    fn tell_table(&mut self, told: compare::Told) {
        // Whoever has closed it does not want to see it.
        if let Some(table) = &mut self.table {
            table.told = told;
        }
    }

    /// Lines that are worth a bell or a voice, each once. A blind hand hears of no still points.
    pub fn announcements(&mut self, now: &Snapshot) -> Vec<String> {
        if self.blind == Blind::Off {
            self.alarms.snapshot(now);
        }
        self.alarms.take()
    }

    /// Which spectra are to be made for the next scene.
    pub fn looks_at(&self) -> Option<Look> {
        self.looked_at
    }

    /// Which keys are in force: those of the first that has one.
    fn keys_modes(&self) -> impl Iterator<Item = Mode> + use<> {
        let own = match (&self.list, self.viewport.view) {
            _ if self.table.is_some() => return [Some(Mode::Table), None].into_iter().flatten(),
            (Some(_), _) => return [Some(Mode::List), None].into_iter().flatten(),
            _ if self.channels.chosen.is_some() => return [Some(Mode::Channels), None].into_iter().flatten(),
            (None, View::Spectrum) => Some(Mode::Spectrum),
            _ => None,
        };
        [own, Some(self.mode)].into_iter().flatten()
    }

    /// What a key does now.
    fn action(&self, key: Key) -> Option<Action> {
        self.keys_modes().find_map(|mode| self.keymap.action(mode, key))
    }

    /// The rows that are in force, each with the keys that are left to it.
    fn bindings(&self) -> impl Iterator<Item = (&'static Binding, Vec<Key>)> {
        let rows = self.keys_modes().flat_map(|mode| self.keymap.bindings(mode));
        let own = |(row, keys): (&'static Binding, &[Key])| {
            let left: Vec<Key> = keys.iter().copied().filter(|key| self.action(*key) == Some(row.action)).collect();
            (!left.is_empty()).then_some((row, left))
        };
        rows.filter_map(own)
    }

    /// The name of the key that does something, where there is one.
    fn key_of(&self, action: Action) -> Option<String> {
        self.keymap.bindings(self.mode).find(|(row, _)| row.action == action).map(|(_, keys)| keys[0].name())
    }

    /// Whether something comes and it is not known yet what it is, or how fast.
    fn is_settling(&self) -> bool {
        matches!(self.source, SourceState::Settling(_))
    }

    fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), tone: Tone::Plain });
    }
}
