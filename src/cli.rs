//! The command line: types and help texts, no logic.

mod analyze;
mod examples;
mod export;
mod report;
mod shipped;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use analyze::{Analyze, AnalyzeFormat};
pub use export::{Export, ExportFormat, ExportWhat};
pub use report::{Report, ReportFormat};
pub use shipped::{Completions, Man};

use examples::{
    ANALYZE_EXAMPLES, COMPLETIONS_EXAMPLES, CONFIG_EXAMPLES, EXPORT_EXAMPLES, INFO_EXAMPLES, LIVE_EXAMPLES, MAN_EXAMPLES, RECORD_EXAMPLES,
    RECOVER_EXAMPLES, REPLAY_EXAMPLES, REPORT_EXAMPLES,
};

/// Live rhythm monitoring in the terminal: rate and amplitude of slow rhythms, each with its interval and its evidence.
#[derive(Debug, Parser)]
#[command(name = "stillpoint", version, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do; without one, a screen to choose from.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings file; `stillpoint config` tells which one is read without this.
    #[arg(long, global = true, value_name = "FILE", env = "STILLPOINT_SETTINGS")]
    pub settings: Option<PathBuf>,
}

impl Cli {
    /// What these words mean.
    ///
    /// # Errors
    /// Where they mean nothing.
    pub fn typed(words: &[&str]) -> Result<Self, clap::Error> {
        Self::try_parse_from(words)
    }
}

const EXAMPLES: &str = "Examples:
  stillpoint                                   choose: the demo, a sensor that is plugged in, a session
  stillpoint demo                              the whole program without hardware
  stillpoint live /dev/ttyACM0                 watch a sensor; r records, space marks, ? shows the keys
  cat bridge.fifo | stillpoint live -          the same from standard input
  stillpoint replay recording.wav --at 12:30   play a recording as if it were live
  stillpoint analyze *.wav --format jsonl      figures without a screen
  stillpoint export ~/stillpoint/2026-11-23_10-15-00 --to csv -o out --segment sacrum

It measures; it claims nothing medical. A rhythm that cannot be told from noise is shown as a dash.";

/// One command a capability.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch a simulated client: left, right and breath, without hardware.
    Demo(Demo),
    /// Watch a sensor on a serial port, `-` for standard input, or `lsl:NAME` for a stream.
    #[command(after_help = LIVE_EXAMPLES)]
    Live(Live),
    /// Play a session folder, or a WAV, EDF, BDF or text file, as if it were live.
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Replay),
    /// Record a source without a screen, with a line that says how far it is.
    #[command(after_help = RECORD_EXAMPLES)]
    Record(Record),
    /// Print the estimates of one or more recordings.
    #[command(after_help = ANALYZE_EXAMPLES)]
    Analyze(Analyze),
    /// Write a recording, or segments of it, with the annotations beside it.
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(Export),
    /// Write a page that a client or a colleague can read: what was found, with pictures, intervals and how it was measured.
    #[command(after_help = REPORT_EXAMPLES)]
    Report(Report),
    /// Say what is in a recording: channels, clock, gaps, annotations, damage.
    #[command(after_help = INFO_EXAMPLES)]
    Info(Info),
    /// Make whole what a crash left behind, so that other programs read it too.
    #[command(after_help = RECOVER_EXAMPLES)]
    Recover(Recover),
    /// List the serial ports, with what is known of each.
    Ports(Ports),
    /// Say what the settings are and where each came from, or write a file to change them in.
    #[command(after_help = CONFIG_EXAMPLES)]
    Config(Config),
    /// Print what a shell needs to complete commands and options.
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(Completions),
    /// Print a manual page: of the program, or of one command.
    #[command(after_help = MAN_EXAMPLES)]
    Man(Man),
}

/// How a stream or file is to be read.
#[derive(Args, Clone, Debug, Default)]
pub struct Reading {
    /// Names, roles and units of the channels in order, `name[:role[:unit]],…`; `-` leaves one as it is.
    #[arg(long, allow_hyphen_values = true, value_name = "NAME[:ROLE[:UNIT]],…")]
    pub channels: Option<String>,
    /// Only these rhythms: tide, cranial, breath, pulse.
    #[arg(long, value_name = "RHYTHM,…")]
    pub rhythm: Option<String>,
    /// Where a rhythm is looked for, in cycles a minute: cranial=3..15.
    #[arg(long, value_name = "RHYTHM=LOW..HIGH")]
    pub range: Vec<String>,
    /// Samples a second, where the file or stream has none.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<f64>,
    /// Look at the channels alone, not at how their pulse and breath are modulated.
    #[arg(long)]
    pub no_derived: bool,
}

/// Which windows of a recording are analysed.
#[derive(Args, Clone, Debug)]
pub struct Windows {
    /// One window for all rhythms, in seconds.
    #[arg(long, value_name = "S")]
    pub window: Option<f64>,
    /// From one window to the next, in seconds.
    #[arg(long, value_name = "S")]
    pub step: Option<f64>,
    /// Only windows that begin here or later: seconds, or m:ss, or h:mm:ss.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only windows that end here or earlier.
    #[arg(long, value_name = "TIME")]
    pub to_time: Option<String>,
}

/// How a port is opened, and what its bytes are.
#[derive(Args, Clone, Debug)]
pub struct Wire {
    /// Bits a second [default: 115200, and where that gives nothing readable the other usual ones].
    #[arg(long)]
    pub baud: Option<u32>,
    /// Leave the lines of the port alone, so that the board is not reset each time; the first opening after plugging in still does on most.
    #[arg(long)]
    pub no_reset: bool,
    /// What the sensor sends; `stillpoint live --help` lists the formats.
    #[arg(long, value_name = "FORMAT", env = "STILLPOINT_FORMAT")]
    pub format: Option<String>,
}

/// How the screen looks.
#[derive(Args, Clone, Debug)]
pub struct Look {
    /// Colours that suit the ground of the terminal [default: dark].
    #[arg(long, value_enum, env = "STILLPOINT_THEME")]
    pub theme: Option<ThemeName>,
    /// Plain characters only, for a terminal without Unicode.
    #[arg(long)]
    pub ascii: bool,
    /// At most so many pictures a second; fewer by themselves where the terminal takes no more [default: 30].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=60))]
    pub fps: Option<u8>,
    /// Speak still points, a lost sensor and trouble: a command that gets each line as its last argument (espeak, say), or - for standard error.
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    pub announce: Option<String>,
    /// Ring the terminal's bell at the same.
    #[arg(long)]
    pub bell: bool,
    /// Leave the mouse to the terminal, which then marks text with it.
    #[arg(long)]
    pub no_mouse: bool,
}

/// The themes by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ThemeName {
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// For a dark ground, nothing in grey.
    Contrast,
    /// For a light ground, nothing in grey.
    ContrastLight,
    /// Without colours.
    Mono,
}

/// Where sessions go.
#[derive(Args, Clone, Debug)]
pub struct Recording {
    /// The folder in which session folders are made [default: ~/stillpoint].
    #[arg(short, long, value_name = "DIR", env = "STILLPOINT_SESSIONS")]
    pub output: Option<PathBuf>,
    /// Record from the first sample on.
    #[arg(long)]
    pub record: bool,
    /// Offer samples, estimates and annotations to other programs, by the Lab Streaming Layer.
    #[arg(long)]
    pub lsl: bool,
}

/// `stillpoint demo`.
#[derive(Args, Debug)]
pub struct Demo {
    /// The same seed is the same client.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Look at the channels alone, not at how their pulse and breath are modulated.
    #[arg(long)]
    pub no_derived: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub recording: Recording,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub look: Look,
}

/// `stillpoint live`.
#[derive(Args, Debug)]
pub struct Live {
    /// A serial port (`stillpoint ports` lists them), `-` for standard input, or `lsl:NAME` for a stream of the Lab Streaming Layer.
    pub port: String,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub wire: Wire,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub recording: Recording,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub reading: Reading,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub look: Look,
}

/// `stillpoint replay`.
#[derive(Args, Debug)]
pub struct Replay {
    /// A session folder, or a WAV, EDF, BDF or text file.
    pub path: PathBuf,
    /// Begin here: seconds, or m:ss, or h:mm:ss.
    #[arg(long, value_name = "TIME", default_value = "0")]
    pub at: String,
    /// Times as fast as recorded, 0.25 to 64.
    #[arg(long, default_value_t = 1.0)]
    pub speed: f64,
    /// Begin held.
    #[arg(long)]
    pub paused: bool,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub reading: Reading,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub look: Look,
}

/// `stillpoint record`.
#[derive(Args, Debug)]
pub struct Record {
    /// A serial port (`stillpoint ports` lists them), `-` for standard input, `lsl:NAME` for a stream, or `demo`.
    pub source: String,
    /// The folder in which session folders are made [default: ~/stillpoint].
    #[arg(short, long, value_name = "DIR", env = "STILLPOINT_SESSIONS")]
    pub output: Option<PathBuf>,
    /// Stop when so much is recorded: 20m, 1h30m, 90s, 12:30.
    #[arg(long = "for", value_name = "TIME")]
    pub length: Option<String>,
    /// Begin a new session whenever so much is recorded; no sample is left out between two.
    #[arg(long, value_name = "TIME")]
    pub split: Option<String>,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented at its type")]
    pub wire: Wire,
    /// Names, roles and units of the channels in order, `name[:role[:unit]],…`; `-` leaves one as it is.
    #[arg(long, allow_hyphen_values = true, value_name = "NAME[:ROLE[:UNIT]],…")]
    pub channels: Option<String>,
    /// Samples a second, where the stream has none.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<f64>,
    /// Offer samples and estimates to other programs, by the Lab Streaming Layer.
    #[arg(long)]
    pub lsl: bool,
}

/// `stillpoint info`.
#[derive(Args, Debug)]
pub struct Info {
    /// A session folder, or a WAV, EDF, BDF or text file.
    pub path: PathBuf,
    /// Lines for people, or one JSON object.
    #[arg(long, value_enum, default_value_t = InfoFormat::Text)]
    pub format: InfoFormat,
    /// Samples a second, where the file has none.
    #[arg(long, value_name = "HZ")]
    pub rate: Option<f64>,
}

/// What `info` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InfoFormat {
    /// Lines for people.
    Text,
    /// One object.
    Json,
}

/// `stillpoint recover`.
#[derive(Args, Debug)]
pub struct Recover {
    /// A session folder.
    pub path: PathBuf,
}

/// `stillpoint ports`.
#[derive(Args, Debug)]
pub struct Ports {
    /// A list for people, or one JSON object a line.
    #[arg(long, value_enum, default_value_t = PortsFormat::Table)]
    pub format: PortsFormat,
}

/// What `ports` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PortsFormat {
    /// Lines for people.
    Table,
    /// One object a line.
    Jsonl,
}

/// `stillpoint config`.
#[derive(Args, Debug)]
pub struct Config {
    /// Write a settings file in which everything stands as it is by itself, commented out.
    #[arg(long)]
    pub write: bool,
    /// Write it here instead of where it is looked for.
    #[arg(short, long, value_name = "FILE", requires = "write")]
    pub output: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long, requires = "write")]
    pub force: bool,
}
