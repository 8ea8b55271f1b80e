namespace Emergence.Stages.Models;

/// <summary>What a parameter does in the decoder. Roles before <see cref="AttentionNormWeight"/> exist once, the others once per block.</summary>
public enum ParameterRole
{
    /// <summary><c>[vocabulary, d]</c>: row of each token id.</summary>
    Embedding,

    /// <summary><c>[d]</c>: scale of the norm before the head.</summary>
    FinalNormWeight,

    /// <summary><c>[d]</c>: offset of the norm before the head.</summary>
    FinalNormBias,

    /// <summary><c>[vocabulary, d]</c>: output head; absent when it is the embedding.</summary>
    Head,

    /// <summary><c>[d]</c>: scale of the norm before attention.</summary>
    AttentionNormWeight,

    /// <summary><c>[d]</c>: offset of the norm before attention.</summary>
    AttentionNormBias,

    /// <summary><c>[3·d, d]</c>: query, key and value projections, interleaved by head: rows are <c>[heads, (q, k, v), head size]</c>.</summary>
    QueryKeyValueWeight,

    /// <summary><c>[3·d]</c>: their biases, in the same order.</summary>
    QueryKeyValueBias,

    /// <summary><c>[d, d]</c>: output projection of attention.</summary>
    AttentionOutWeight,

    /// <summary><c>[d]</c>: its bias.</summary>
    AttentionOutBias,

    /// <summary><c>[d]</c>: scale of the norm before the MLP.</summary>
    MlpNormWeight,

    /// <summary><c>[d]</c>: offset of the norm before the MLP.</summary>
    MlpNormBias,

    /// <summary><c>[intermediate, d]</c>: first layer of the MLP.</summary>
    MlpInWeight,

    /// <summary><c>[intermediate]</c>: its bias.</summary>
    MlpInBias,

    /// <summary><c>[d, intermediate]</c>: second layer of the MLP.</summary>
    MlpOutWeight,

    /// <summary><c>[d]</c>: its bias.</summary>
    MlpOutBias,
}
