//! Postings: how they are found, brought in and kept.

mod addresses;
mod blocks;
mod choices;
mod collections;
mod identity;
mod imports;
mod loops;
mod pages;
mod searches;
pub mod stage;
mod streaks;
