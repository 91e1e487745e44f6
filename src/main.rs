//! The program: one TLS provider, one runtime, one command.

use std::process::ExitCode;

use sluice::commands::{self, Cli, exit::Exit};

fn main() -> ExitCode {
    let cli = Cli::read();
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("error: another TLS provider is installed already");
        return Exit::ERROR.into();
    }
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(commands::run(cli)).into(),
        Err(error) => {
            eprintln!("error: the runtime cannot start\n  why: {error}");
            Exit::ERROR.into()
        }
    }
}
