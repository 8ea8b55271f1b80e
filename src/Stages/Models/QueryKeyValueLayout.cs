namespace Emergence.Stages.Models;

/// <summary>How the projections to queries, keys and values are stored.</summary>
public enum QueryKeyValueLayout
{
    /// <summary>One matrix, head by head: outputs are <c>[heads, (q, k, v), head size]</c> (GPT-NeoX).</summary>
    ByHead,

    /// <summary>One matrix, one after the other: outputs are <c>[(q, k, v), heads, head size]</c> (GPT-2).</summary>
    Joined,

    /// <summary>Three matrices (Llama).</summary>
    Separate,
}
