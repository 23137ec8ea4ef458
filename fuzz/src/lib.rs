//! What holds of every reader and parser, whatever the bytes. Each file is a fuzz target: `check` takes any bytes and panics where something does not
//! hold. `tests/fuzzed.rs` goes through the kept inputs with them, so that what was found once is looked for by every `cargo test`.

pub mod beside;
pub mod decoder;
pub mod edf;
pub mod events;
pub mod foreign;
pub mod keys;
pub mod lsl;
pub mod recogniser;
pub mod samples;
pub mod session;
pub mod settings;
pub mod table;
pub mod typed;
pub mod wav;
pub mod wfdb;

/// All memory that a target may have at once, so that a header that lies about its length is found; the fuzzer's own is not counted.
#[cfg(not(test))]
#[global_allocator]
static ALLOCATOR: cap::Cap<std::alloc::System> = cap::Cap::new(std::alloc::System, 128 << 20);

/// A target takes any bytes.
pub type Check = fn(&[u8]);

/// Every target by its name.
pub const ALL: [(&str, Check); 14] = [
    ("beside", beside::check),
    ("decoder", decoder::check),
    ("edf", edf::check),
    ("events", events::check),
    ("keys", keys::check),
    ("lsl", lsl::check),
    ("recogniser", recogniser::check),
    ("samples", samples::check),
    ("session", session::check),
    ("settings", settings::check),
    ("table", table::check),
    ("typed", typed::check),
    ("wav", wav::check),
    ("wfdb", wfdb::check),
];

/// Takes a share off the front, as long as two bytes say.
fn share<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let [a, b, rest @ ..] = *bytes else { return &[] };
    let (share, rest) = rest.split_at(usize::from(u16::from_le_bytes([*a, *b])).min(rest.len()));
    *bytes = rest;
    share
}

/// A line that may be shown to a person.
fn is_clean(line: &str) -> bool {
    !line.chars().any(char::is_control)
}

/// A folder in memory.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").expect("a folder")
}
