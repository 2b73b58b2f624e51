package dev.fourfold.journal;

/**
 * What an append leaves: the record is on disk.
 *
 * @param sequence the record's number, one more than that of the record before it, never given twice
 */
public record Appended(long sequence) {}
