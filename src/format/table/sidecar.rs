//! The JSON file that BIDS puts beside a table without a header.

use serde_json::Value;

use crate::signal::Rate;

/// What it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sidecar {
    /// `SamplingFrequency`.
    pub rate: Option<Rate>,
    /// `Columns`, each with the `Units` that are told of it.
    pub columns: Vec<(String, String)>,
}

impl Sidecar {
    /// What can be understood of a JSON text; nothing of any other.
    #[expect(clippy::indexing_slicing, reason = "a key that a JSON value does not have reads as null")]
    pub fn parse(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(text) else { return Self::default() };
        let unit = |name: &str| value[name]["Units"].as_str().unwrap_or_default().to_owned();
        let columns = value["Columns"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            // BIDS has the one, an export of ours the other.
            rate: value["SamplingFrequency"].as_f64().or(value["rate_hz"].as_f64()).and_then(Rate::from_hz),
            columns: columns.iter().map(|name| name.as_str().unwrap_or_default()).map(|name| (name.to_owned(), unit(name))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_names_and_units_are_taken_and_nonsense_is_nothing() {
        let said = Sidecar::parse(r#"{"SamplingFrequency": 50, "Columns": ["cardiac", 7], "cardiac": {"Units": "V"}}"#);
        assert_eq!(said.rate, Rate::from_hz(50.0));
        assert_eq!(said.columns, [("cardiac".to_owned(), "V".to_owned()), (String::new(), String::new())]);
        for text in ["", "[]", "{\"SamplingFrequency\": -1, \"Columns\": 3}", "not JSON"] {
            assert_eq!(Sidecar::parse(text), Sidecar::default(), "{text}");
        }
    }
}
