namespace Emergence.Pipeline.Messages;

/// <summary>What a token batch is for.</summary>
public enum Purpose
{
    /// <summary>The SAEs train on it.</summary>
    Train,

    /// <summary>The probe set, measured with the SAEs frozen.</summary>
    Measure,
}
