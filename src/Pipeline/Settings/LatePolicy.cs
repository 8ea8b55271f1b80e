namespace Emergence.Pipeline.Settings;

/// <summary>What is done with a checkpoint that becomes whole after a later step has been taken.</summary>
public enum LatePolicy
{
    /// <summary>An event tells of it; it is not used.</summary>
    Event,

    /// <summary>
    /// It is measured and committed under its own step, with SAEs that start from the newest ones; nothing else in the run depends on it.
    /// </summary>
    Insert,
}
