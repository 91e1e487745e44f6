//! Bright Data's rows, over whatever bytes come.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice_providers::brightdata::parse_rows;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Some(rows)) = parse_rows(bytes) {
        assert_eq!(rows.received(), rows.records.len() + rows.rejected.len());
    }
});
