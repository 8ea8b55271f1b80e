namespace Emergence.Stages.Models;

/// <summary>
/// What a parameter does in the decoder. Roles before <see cref="AttentionNormWeight"/> exist once, the others once per block.
/// Matrices of a block are <c>[out, in]</c> as said here, or <c>[in, out]</c> with <see cref="ModelConfig.InputMajorWeights"/>.
/// </summary>
public enum ParameterRole
{
    /// <summary><c>[vocabulary, d]</c>: row of each token id.</summary>
    Embedding,

    /// <summary><c>[context, d]</c>: row of each position, added to the embedding; absent with rotary positions.</summary>
    PositionEmbedding,

    /// <summary><c>[d]</c>: scale of the norm before the head.</summary>
    FinalNormWeight,

    /// <summary><c>[d]</c>: offset of the norm before the head.</summary>
    FinalNormBias,

    /// <summary><c>[vocabulary, d]</c>: output head; absent when it is the embedding.</summary>
    Head,

    /// <summary><c>[d]</c>: scale of attention's norm, before or after it (<see cref="ModelConfig.NormPlacement"/>).</summary>
    AttentionNormWeight,

    /// <summary><c>[d]</c>: offset of the same norm.</summary>
    AttentionNormBias,

    /// <summary><c>[3·heads·head size, d]</c>: query, key and value projections in one, in the order of <see cref="ModelConfig.QueryKeyValue"/>.</summary>
    QueryKeyValueWeight,

    /// <summary><c>[3·heads·head size]</c>: their biases, in the same order.</summary>
    QueryKeyValueBias,

    /// <summary><c>[heads·head size, d]</c>: query projection.</summary>
    QueryWeight,

    /// <summary><c>[heads·head size]</c>: its bias.</summary>
    QueryBias,

    /// <summary><c>[key heads·head size, d]</c>: key projection.</summary>
    KeyWeight,

    /// <summary><c>[key heads·head size]</c>: its bias.</summary>
    KeyBias,

    /// <summary><c>[key heads·head size, d]</c>: value projection.</summary>
    ValueWeight,

    /// <summary><c>[key heads·head size]</c>: its bias.</summary>
    ValueBias,

    /// <summary><c>[heads·head size]</c> or <c>[head size]</c> (<see cref="ModelConfig.QueryKeyNorm"/>): scale of the queries' norm.</summary>
    QueryNormWeight,

    /// <summary><c>[key heads·head size]</c> or <c>[head size]</c>: scale of the keys' norm.</summary>
    KeyNormWeight,

    /// <summary><c>[d, heads·head size]</c>: output projection of attention.</summary>
    AttentionOutWeight,

    /// <summary><c>[d]</c>: its bias.</summary>
    AttentionOutBias,

    /// <summary><c>[d]</c>: scale of the MLP's norm, before or after it.</summary>
    MlpNormWeight,

    /// <summary><c>[d]</c>: offset of the same norm.</summary>
    MlpNormBias,

    /// <summary><c>[intermediate, d]</c>: the projection whose activation is the MLP's gate; absent in a plain MLP.</summary>
    MlpGateWeight,

    /// <summary><c>[intermediate]</c>: its bias.</summary>
    MlpGateBias,

    /// <summary><c>[intermediate, d]</c>: first layer of the MLP.</summary>
    MlpInWeight,

    /// <summary><c>[intermediate]</c>: its bias.</summary>
    MlpInBias,

    /// <summary><c>[d, intermediate]</c>: second layer of the MLP.</summary>
    MlpOutWeight,

    /// <summary><c>[d]</c>: its bias.</summary>
    MlpOutBias,
}
