namespace Emergence.Stages.Models.Kernels;

/// <summary>The parameters of one block as the kernels read them. Owns its memory, unless it lies in the checkpoint's own tensors.</summary>
internal sealed class PackedBlock : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    /// <summary>Packs a block.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="packer">Packs its parameters.</param>
    public PackedBlock(ModelConfig config, WeightPacker packer)
    {
        try
        {
            int d = config.HiddenSize, heads = config.Heads * config.HeadSize;
            QueryKeyValue = Own(config.QueryKeyValue == QueryKeyValueLayout.Separate
                ? packer.Pack(
                    d,
                    takeTurns: false,
                    null,
                    (ParameterRole.QueryWeight, ParameterRole.QueryBias),
                    (ParameterRole.KeyWeight, ParameterRole.KeyBias),
                    (ParameterRole.ValueWeight, ParameterRole.ValueBias))
                : packer.Pack(
                    d,
                    takeTurns: false,
                    config.QueryKeyValue == QueryKeyValueLayout.ByHead ? output => ByHead(config, output) : null,
                    (ParameterRole.QueryKeyValueWeight, ParameterRole.QueryKeyValueBias)));
            AttentionOut = Own(packer.Pack(heads, takeTurns: false, null, (ParameterRole.AttentionOutWeight, ParameterRole.AttentionOutBias)));
            MlpIn = Own(config.GatedMlp
                ? packer.Pack(d, takeTurns: true, null, (ParameterRole.MlpGateWeight, ParameterRole.MlpGateBias), (ParameterRole.MlpInWeight, ParameterRole.MlpInBias))
                : packer.Pack(d, takeTurns: false, null, (ParameterRole.MlpInWeight, ParameterRole.MlpInBias)));
            MlpOut = Own(packer.Pack(config.IntermediateSize, takeTurns: false, null, (ParameterRole.MlpOutWeight, ParameterRole.MlpOutBias)));
            AttentionNormWeight = Own(packer.Row(ParameterRole.AttentionNormWeight));
            AttentionNormBias = Own(packer.Row(ParameterRole.AttentionNormBias));
            MlpNormWeight = Own(packer.Row(ParameterRole.MlpNormWeight));
            MlpNormBias = Own(packer.Row(ParameterRole.MlpNormBias));
            QueryNormWeight = Own(packer.Row(ParameterRole.QueryNormWeight));
            KeyNormWeight = Own(packer.Row(ParameterRole.KeyNormWeight));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>d to queries, keys and values: all heads' queries, then all keys, then all values.</summary>
    public PackedWeights QueryKeyValue { get; }

    public PackedWeights AttentionOut { get; }

    /// <summary>d to the inner layer; with a gate its panels and the gate's take turns (<see cref="Product.RunGated"/>).</summary>
    public PackedWeights MlpIn { get; }

    public PackedWeights MlpOut { get; }

    public FloatRows? AttentionNormWeight { get; }

    public FloatRows? AttentionNormBias { get; }

    public FloatRows? MlpNormWeight { get; }

    public FloatRows? MlpNormBias { get; }

    public FloatRows? QueryNormWeight { get; }

    public FloatRows? KeyNormWeight { get; }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(o => o.Dispose());

    /// <summary>Where an output of the joined projection stands when the matrix is stored head by head, <c>[heads, (q, k, v), head size]</c>.</summary>
    private static int ByHead(ModelConfig config, int output)
    {
        var (part, inPart) = Math.DivRem(output, config.Heads * config.HeadSize);
        var (head, inHead) = Math.DivRem(inPart, config.HeadSize);
        return (((head * 3) + part) * config.HeadSize) + inHead;
    }

    private T Own<T>(T made)
        where T : IDisposable?
    {
        if (made is not null)
        {
            _owned.Add(made);
        }

        return made;
    }
}
