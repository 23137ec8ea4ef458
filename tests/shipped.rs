//! Completions and manual pages.

use assert_cmd::Command;

fn stillpoint(args: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::cargo_bin("stillpoint").unwrap().args(args).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn every_shell_completes_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (text, said, code) = stillpoint(&["completions", shell]);
        assert_eq!((said.as_str(), code), ("", Some(0)), "{shell}");
        for word in ["analyze", "no-derived"] {
            assert!(text.contains(word), "{shell} does not know {word}");
        }
    }
    assert_eq!(stillpoint(&["completions", "csh"]).2, Some(2));
}

#[test]
fn each_command_has_a_manual_page_with_its_examples_line_by_line() {
    let (main, ..) = stillpoint(&["man"]);
    let names: Vec<&str> = main.lines().filter_map(|line| line.strip_prefix("stillpoint\\-")?.split('(').next()).collect();
    assert!(names.contains(&"analyze") && names.contains(&"man") && !names.contains(&"help"), "{main}");
    for name in names {
        let (page, said, code) = stillpoint(&["man", name]);
        assert_eq!((said.as_str(), code), ("", Some(0)), "{name}");
        assert!(page.contains(&format!(".TH stillpoint-{name} 1")), "{page}");
    }
    let (page, ..) = stillpoint(&["man", "export"]);
    assert!(page.contains(".SH EXAMPLES\n.nf\n"), "{page}");
    let (_, said, code) = stillpoint(&["man", "exprot"]);
    assert!(code == Some(1) && said.contains("no command `exprot`"), "{said}");
}
