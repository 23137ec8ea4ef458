//! Figures of SciPy that ours are checked against: tests/data/scipy.json, made by tests/data/make_scipy.py.

use serde_json::Value;

/// What stands under a name.
pub fn value(name: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../../tests/data/scipy.json")).unwrap();
    let value = all[name].clone();
    assert!(!value.is_null(), "make_scipy.py writes no {name}");
    value
}

/// A list of numbers.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// A list of arguments with what SciPy makes of them.
pub fn pairs<const N: usize>(name: &str) -> Vec<[f64; N]> {
    let rows: Vec<[f64; N]> = value(name).as_array().unwrap().iter().map(|row| numbers(row).try_into().unwrap()).collect();
    assert!(!rows.is_empty(), "{name}");
    rows
}
