namespace Emergence.Pipeline.Flow.Engine;

/// <summary>A message that a stage holds.</summary>
/// <param name="Position">Which it is, from 1.</param>
/// <param name="Message">The message; null when a source is waited for.</param>
/// <param name="Held">Since when.</param>
/// <param name="Sending">Whether the stage itself waits for the next.</param>
internal sealed record WorkInHand(long Position, Message? Message, TimeSpan Held, bool Sending);
