//! What `--help` teaches: examples of each command.

pub(super) const COMPLETIONS_EXAMPLES: &str = "Examples:
  stillpoint completions bash > ~/.local/share/bash-completion/completions/stillpoint
  stillpoint completions zsh > ~/.zfunc/_stillpoint             a folder of $fpath
  stillpoint completions fish > ~/.config/fish/completions/stillpoint.fish";

pub(super) const MAN_EXAMPLES: &str = "Examples:
  stillpoint man | man -l -                    read it
  stillpoint man export > stillpoint-export.1";

pub(super) const CONFIG_EXAMPLES: &str = "Examples:
  stillpoint config                    every setting in force
  stillpoint config --write            a file with all of them, commented out
  stillpoint --settings studio.toml live /dev/ttyACM0";

pub(super) const LIVE_EXAMPLES: &str = "Examples:
  stillpoint live /dev/ttyACM0
  stillpoint live /dev/ttyUSB0 --baud 57600 --channels left:cranial:µm,right:cranial:µm,belt:breath
  my-bridge | stillpoint live - --rate 100 --record
  stillpoint live lsl:belt                     a stream of the Lab Streaming Layer; lsl:belt@host where there are two
  stillpoint live /dev/ttyUSB0 --format cyton:daisy
  stillpoint live /dev/rfcomm0 --format bitalino:2,100
  stillpoint live /dev/ttyACM0 --format serialplot:aabb,i16le,2,sum

Formats, found out by themselves unless stated with --format:
  delimited     1.2,3.4 (comma, tab, semicolon, spaces; a header line, a decimal comma); csv, tsv are the same
  labelled      left:1.2,right:3.4, the Arduino Serial Plotter's; arduino is the same
  teleplot      >left:1627551892437:1.2§µm
  json          {\"t\":17,\"left\":1.2}
  pulsesensor   S512, B72, Q834, or BPM,IBI,Signal
  words         force: 1.2 N | average: 1.1 N (the same words, other numbers)
  cyton         OpenBCI Cyton; cyton:daisy with 16 channels; cyton:gain=12
  bitalino      bitalino:CHANNELS[,HZ]: 1 to 6 channels, at 1, 10, 100 or 1000 Hz
Only where stated, for nothing in the bytes tells what the numbers are:
  serialplot    serialplot:SYNC,TYPE,CHANNELS[,sum][,frames=N]; TYPE is u8 i8 u16 i16 u32 i32 f32, then le or be
  binary        binary:TYPE,CHANNELS: numbers without any mark; where one begins is a guess
A column that is the device's clock or its counter is no channel; frames that the counter says are lost become a gap of that length.

The sample rate is measured. Sessions go to ~/stillpoint (-o, STILLPOINT_SESSIONS).";

pub(super) const REPLAY_EXAMPLES: &str = "Examples:
  stillpoint replay recording.wav --speed 4
  stillpoint replay ~/stillpoint/2026-11-23_10-15-00 --at 12:30 --paused";

pub(super) const RECORD_EXAMPLES: &str = "Examples:
  stillpoint record /dev/ttyACM0 -o sessions
  stillpoint record /dev/ttyUSB0 -o sessions --for 20m
  my-bridge | stillpoint record - -o sessions --rate 100 --split 1h

ctrl-C, TERM and HUP finish the recording: exit status 0. The folders of finished sessions go to standard output, all else to
standard error. Exit status 1: nothing was recorded, or not all of it.";

pub(super) const ANALYZE_EXAMPLES: &str = "Examples:
  stillpoint analyze recording.wav
  stillpoint analyze *.wav --format jsonl > figures.jsonl
  stillpoint analyze *.wav --format csv -o figures.csv
  stillpoint analyze belt.wav --rhythm breath --window 60 --step 30
  stillpoint analyze SESSION --from 2:00 --to-time 12:30
  stillpoint analyze SESSION --compare before --compare after
  stillpoint analyze SESSION --compare before --compare after --format csv -o compared.csv
  stillpoint analyze study --format parquet -o all.parquet --resume
  stillpoint analyze 'study/sub-*/*.edf' --format parquet --out-dir figures --resume

A window is looked at only where it is whole. Windows: tide 300, cranial 60, breath 30, pulse 15 s; a step is 5 s.
Files are analysed side by side and printed in the order given. One that cannot be read is told and left out;
the exit status is then 1. Times are from the start of the recording, with --from as without.

A folder is gone through with all below it, by name. A session is one recording; hidden files, annotations beside a
recording (*.stillpoint), files exported from a recording that is found too, the output, and other kinds of file are
passed over. A pattern in quotes is expanded here, ** for any folders; what it names is taken as it is.

--resume skips what is done: the recording (size and time of its files), the program's version, and the settings are
as they were, and what was written of it is whole. With --out-dir each recording has a file, which appears when it is whole.
With -o FILE each is kept in the folder FILE.parts, from which FILE is put together; you may delete that folder.
What was done stands in the hidden file .stillpoint-done.jsonl there, with the recordings' paths.";

pub(super) const EXPORT_EXAMPLES: &str = "Examples:
  stillpoint export SESSION --to wav -o out
  stillpoint export SESSION --to csv -o out --segment sacrum --segment 2
  stillpoint export recording.wav --to csv -o out --from 1:00 --to-time 2:30
  stillpoint export SESSION --to edf -o out            (BDF+ where 16 bits are too few)
  stillpoint export SESSION --to bids -o dataset --subject 07 --session 2
  stillpoint export SESSION --to parquet -o study --partition --subject 07 --session 2
  stillpoint export SESSION --to csv -o out --what stillpoints
  stillpoint export study --to parquet -o tables --partition --resume
  stillpoint export 'study/sub-*/*.edf' --to wav -o out

Folders and patterns mean the recordings that `stillpoint analyze --help` says. Their files go into the same folders
below DIR. One that cannot be exported is told and harms no other; the exit status is then 1. --resume skips what is done:
the recording, the program's version and the options are as they were, and its files are there and whole. What was done of
several stands in the hidden file .stillpoint-done.jsonl in DIR, with the recordings' paths.";

pub(super) const REPORT_EXAMPLES: &str = "Examples:
  stillpoint report SESSION -o report.html
  stillpoint report SESSION -o report.html --from 2:00 --to-time 12:30
  stillpoint report MONDAY FRIDAY -o change.html          (before and after)
  stillpoint report SESSION -o report.png                 (or .svg: one picture)
  stillpoint report night.edf -o night.html --rhythm breath,pulse
  stillpoint report study --out-dir reports --resume      (a page of each recording, and index.html)
  stillpoint report 'study/sub-*/*.edf' --out-dir pictures --format png

The figures are those of `stillpoint analyze`. The page is one file: it opens without a network, prints on A4, and
asks nobody for anything. The same recording gives the same page, to the byte.

With --out-dir folders and patterns mean the recordings that `stillpoint analyze --help` says, and each is reported by itself,
in the same folders below DIR. One that cannot be reported is told and harms no other; the exit status is then 1. index.html
lists the recordings of this run, each with a link and what was found. --resume skips what is done: the recording, the
program's version and the options are as they were, and its report is there and whole. What was done stands in the hidden file
.stillpoint-done.jsonl in DIR, with the recordings' paths.";

pub(super) const INFO_EXAMPLES: &str = "Examples:
  stillpoint info SESSION                       channels, clock, gaps, segments, damage
  stillpoint info night.edf --format json       one object, for a script
  stillpoint info numbers.txt --rate 50         a file that does not say its rate";

pub(super) const RECOVER_EXAMPLES: &str = "Examples:
  stillpoint recover ~/stillpoint/2026-11-23_10-15-00
  stillpoint info ~/stillpoint/2026-11-23_10-15-00        what is damaged, before anything is changed

It says what was wrong, a line each, and that the session is whole. stillpoint itself reads a session that a crash cut off
without this; other programs believe the headers. A session that is whole, or is still being recorded, is not touched.";
