//! The one table of keys. What a key does, the footer, the help screen and the README's table all come from it.

mod markdown;
mod table;

pub use markdown::key_table_markdown;
pub use table::TABLE;

/// A key as the terminal told it, whatever the terminal library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character, shift already applied.
    Char(char),
    /// A character with the control key, in lower case.
    Ctrl(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// The character before the cursor.
    Backspace,
    /// The character after the cursor.
    Delete,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Shift and arrow.
    ShiftLeft,
    /// Shift and arrow.
    ShiftRight,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// A page back.
    PageUp,
    /// A page on.
    PageDown,
    /// A function key, from 1.
    F(u8),
}

impl Key {
    /// The name of the key on the screen and in the README.
    pub fn name(self) -> String {
        match self {
            Self::Char(' ') => "space".to_owned(),
            Self::Char('-') => "−".to_owned(),
            Self::Char(c) => c.to_string(),
            Self::Ctrl(c) => format!("ctrl-{}", c.to_ascii_uppercase()),
            Self::F(n) => format!("F{n}"),
            other => other.plain_name().to_owned(),
        }
    }

    fn plain_name(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Esc => "esc",
            Self::Tab => "tab",
            Self::BackTab => "shift-tab",
            Self::Backspace => "backspace",
            Self::Delete => "delete",
            Self::Left => "←",
            Self::Right => "→",
            Self::ShiftLeft => "shift-←",
            Self::ShiftRight => "shift-→",
            Self::Up => "↑",
            Self::Down => "↓",
            Self::Home => "home",
            Self::End => "end",
            Self::PageUp => "page up",
            Self::PageDown => "page down",
            Self::Char(_) | Self::Ctrl(_) | Self::F(_) => "",
        }
    }
}

/// Which table of keys is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Watching a source.
    Live,
    /// Playing what was saved.
    Replay,
    /// Over either: the list of annotations is open.
    List,
    /// Beside either: the spectrum is looked at.
    Spectrum,
    /// Over a replay: the table of compared segments is open.
    Table,
    /// Over either: the list of channels is open.
    Channels,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Leave.
    Quit,
    /// Begin or finish a recording.
    Record,
    /// Play or hold.
    PlayPause,
    /// An instant.
    Mark,
    /// Begin or end a stretch.
    Segment,
    /// A cycle that the hand felt.
    Tap,
    /// The quick label of the key's digit.
    QuickLabel,
    /// Type a label.
    Label,
    /// Type a note.
    Note,
    /// Take back the last annotation edit.
    Undo,
    /// Do it again.
    Redo,
    /// A tenth of the view back.
    StepBack,
    /// A tenth of the view on.
    StepOn,
    /// A screen back.
    PageBack,
    /// A screen on.
    PageOn,
    /// To the start.
    ToStart,
    /// To the end, or to now.
    ToEnd,
    /// Type a time to go to.
    GoTo,
    /// Half the speed.
    Slower,
    /// Twice the speed.
    Faster,
    /// To the next annotation.
    NextAnnotation,
    /// To the one before.
    PreviousAnnotation,
    /// The list of annotations.
    List,
    /// Choose the one above.
    Up,
    /// Choose the one below.
    Down,
    /// To the chosen one.
    Go,
    /// Type another label.
    Relabel,
    /// Take it away.
    Delete,
    /// Only those that hold a text.
    Filter,
    /// The other end is moved.
    OtherEnd,
    /// An end a sample back.
    SampleBack,
    /// An end a sample on.
    SampleOn,
    /// A cycle back: in a replay, or an end in the list.
    CycleBack,
    /// A cycle on.
    CycleOn,
    /// Play a segment over and over.
    Loop,
    /// The list of channels.
    Channels,
    /// Show a channel, or hide it.
    ShowHide,
    /// Show a channel alone, or all again.
    Only,
    /// Read the figures from a channel, or from the best again.
    Lead,
    /// Draw a channel upside down.
    TurnOver,
    /// The next set of quick labels.
    NextLabels,
    /// Accept the still point that is proposed.
    Accept,
    /// Reject it.
    Reject,
    /// To the next one that is proposed.
    NextProposal,
    /// Less time on the screen.
    ZoomIn,
    /// More time on the screen.
    ZoomOut,
    /// A larger trace.
    Taller,
    /// A smaller trace.
    Flatter,
    /// Time and amplitude as they were.
    Automatic,
    /// Another channel's spectrum.
    NextChannel,
    /// The one before.
    PreviousChannel,
    /// Another rhythm's window.
    NextRhythm,
    /// The one before.
    PreviousRhythm,
    /// Rates evenly on the axis, or by their logarithm.
    Spacing,
    /// Marks a segment to be compared.
    ToCompare,
    /// Compares what is marked, or all segments.
    Compare,
    /// The next view.
    NextView,
    /// Hide the figures, then the trace.
    Blind,
    /// What the device sends.
    Raw,
    /// Hold the picture, or let it go on.
    Freeze,
    /// Out of help, a frozen picture or a question.
    Back,
    /// What the keys do.
    Help,
    /// Files for other programs.
    Export,
    /// The settings in force.
    Settings,
    /// Draw everything anew.
    Redraw,
    /// Panic on purpose, to try the hook.
    DebugPanic,
}

/// Where in the help a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Recording and leaving.
    Session,
    /// What one writes to the recording.
    Annotations,
    /// Where one looks.
    Moving,
    /// How it is drawn.
    Picture,
}

impl Group {
    /// All of them, in the order of the help screen.
    pub const ALL: [Self; 4] = [Self::Session, Self::Annotations, Self::Moving, Self::Picture];

    /// Its heading.
    pub fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Annotations => "annotations",
            Self::Moving => "moving",
            Self::Picture => "picture",
        }
    }
}

/// Where a binding is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// In the footer and in the help.
    Footer,
    /// In the help alone.
    Help,
    /// Nowhere.
    Nowhere,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The modes it is in force in.
    pub modes: &'static [Mode],
    /// Any of these; the first one is the one that is told in the footer.
    pub keys: &'static [Key],
    /// What it does.
    pub action: Action,
    /// Where it stands.
    pub group: Group,
    /// Where it is told.
    pub told: Told,
    /// In a word or two.
    pub short: &'static str,
    /// In a sentence.
    pub long: &'static str,
}

/// Keys in words: "space, m", or "1 … 0" for many.
pub fn key_names(keys: &[Key]) -> String {
    match keys {
        [first, .., last] if keys.len() > 4 => format!("{} … {}", first.name(), last.name()),
        keys => keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::Key::Char;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        for mode in [Mode::Live, Mode::Replay, Mode::List, Mode::Spectrum, Mode::Table, Mode::Channels] {
            let mut seen = HashSet::new();
            for key in TABLE.iter().filter(|row| row.modes.contains(&mode)).flat_map(|row| row.keys) {
                assert!(seen.insert(key), "{key:?} twice in {mode:?}");
            }
        }
    }

    #[test]
    fn the_same_key_can_mean_what_the_mode_needs() {
        let keymap = crate::app::Keymap::default();
        assert_eq!(keymap.action(Mode::Live, Char(' ')), Some(Action::Mark));
        assert_eq!(keymap.action(Mode::Replay, Char(' ')), Some(Action::PlayPause));
        assert_eq!(keymap.action(Mode::Replay, Char('r')), None);
    }

    #[test]
    fn the_readme_table_names_every_key_but_the_hidden_one() {
        let table = key_table_markdown();
        assert!(table.contains("| `space` `m` | mark this instant | – |"), "{table}");
        assert!(table.contains("| `1 … 0` |"), "{table}");
        assert!(!table.contains("F12"), "{table}");
    }
}
