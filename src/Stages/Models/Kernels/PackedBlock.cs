using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Emergence.Stages.Models.Kernels;

/// <summary>The parameters of one block as the kernels read them. Owns its memory.</summary>
internal sealed class PackedBlock : IDisposable
{
    private readonly ModelConfig _config;
    private readonly Func<ParameterRole, Tensor?> _find;
    private readonly Action<ParameterRole> _packed;
    private readonly List<IDisposable> _owned = [];

    private PackedBlock(ModelConfig config, Func<ParameterRole, Tensor?> find, Action<ParameterRole> packed)
    {
        _config = config;
        _find = find;
        _packed = packed;
        try
        {
            int d = config.HiddenSize, heads = config.Heads * config.HeadSize;
            QueryKeyValue = QueryKeyValueWeights();
            AttentionOut = One(ParameterRole.AttentionOutWeight, ParameterRole.AttentionOutBias, heads, d);
            MlpIn = config.GatedMlp ? GatedWeights() : One(ParameterRole.MlpInWeight, ParameterRole.MlpInBias, d, config.IntermediateSize);
            MlpOut = One(ParameterRole.MlpOutWeight, ParameterRole.MlpOutBias, config.IntermediateSize, d);
            AttentionNormWeight = Row(ParameterRole.AttentionNormWeight);
            AttentionNormBias = Row(ParameterRole.AttentionNormBias);
            MlpNormWeight = Row(ParameterRole.MlpNormWeight);
            MlpNormBias = Row(ParameterRole.MlpNormBias);
            QueryNormWeight = Row(ParameterRole.QueryNormWeight);
            KeyNormWeight = Row(ParameterRole.KeyNormWeight);
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

    /// <summary>Packs a block's parameters.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="find">Gives a parameter of the block: float32, on the CPU; null for one the model does not have.</param>
    /// <param name="packed">Told of each as soon as it is packed and not needed any more.</param>
    public static PackedBlock Of(ModelConfig config, Func<ParameterRole, Tensor?> find, Action<ParameterRole> packed) => new(config, find, packed);

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(o => o.Dispose());

    private PackedWeights QueryKeyValueWeights()
    {
        int d = _config.HiddenSize, size = _config.HeadSize, queries = _config.Heads * size, keys = _config.KeyValueHeads * size;
        var packed = Own(new PackedWeights(d, queries + (2 * keys)));
        if (_config.QueryKeyValue == QueryKeyValueLayout.Separate)
        {
            Put(packed, 0, ParameterRole.QueryWeight, ParameterRole.QueryBias);
            Put(packed, queries, ParameterRole.KeyWeight, ParameterRole.KeyBias);
            Put(packed, queries + keys, ParameterRole.ValueWeight, ParameterRole.ValueBias);
        }
        else if (_config.QueryKeyValue == QueryKeyValueLayout.Joined)
        {
            Put(packed, 0, ParameterRole.QueryKeyValueWeight, ParameterRole.QueryKeyValueBias);
        }
        else
        {
            PutByHead(packed, d, size, queries);
        }

        return packed;
    }

    private void PutByHead(PackedWeights packed, int d, int size, int queries)
    {
        using (NewDisposeScope())
        {
            var weights = Floats(Matrix(ParameterRole.QueryKeyValueWeight));
            var bias = _find(ParameterRole.QueryKeyValueBias) is { } found ? Floats(found) : default;
            for (var part = 0; part < 3; part++)
            {
                for (var head = 0; head < _config.Heads; head++)
                {
                    var from = ((head * 3) + part) * size;
                    packed.Set((part * queries) + (head * size), weights.Slice(from * d, size * d));
                    if (!bias.IsEmpty)
                    {
                        packed.SetBias((part * queries) + (head * size), bias.Slice(from, size));
                    }
                }
            }
        }

        _packed(ParameterRole.QueryKeyValueWeight);
        _packed(ParameterRole.QueryKeyValueBias);
    }

    private PackedWeights GatedWeights()
    {
        var packed = Own(new PackedWeights(_config.HiddenSize, 2 * Tile.PadColumns(_config.IntermediateSize)));
        PutEveryOther(packed, 0, ParameterRole.MlpGateWeight, ParameterRole.MlpGateBias);
        PutEveryOther(packed, Tile.Columns, ParameterRole.MlpInWeight, ParameterRole.MlpInBias);
        return packed;
    }

    private void PutEveryOther(PackedWeights packed, int first, ParameterRole weight, ParameterRole bias)
    {
        using (NewDisposeScope())
        {
            var values = Floats(Matrix(weight));
            var biases = _find(bias) is { } found ? Floats(found) : default;
            for (var column = 0; column < _config.IntermediateSize; column += Tile.Columns)
            {
                var count = Math.Min(Tile.Columns, _config.IntermediateSize - column);
                packed.Set((2 * column) + first, values.Slice(column * packed.Depth, count * packed.Depth));
                if (!biases.IsEmpty)
                {
                    packed.SetBias((2 * column) + first, biases.Slice(column, count));
                }
            }
        }

        _packed(weight);
        _packed(bias);
    }

    private PackedWeights One(ParameterRole weight, ParameterRole bias, int depth, int columns)
    {
        var packed = Own(new PackedWeights(depth, columns));
        Put(packed, 0, weight, bias);
        return packed;
    }

    private void Put(PackedWeights packed, int column, ParameterRole weight, ParameterRole bias)
    {
        using (NewDisposeScope())
        {
            packed.Set(column, Floats(Matrix(weight)));
            if (_find(bias) is { } found)
            {
                packed.SetBias(column, Floats(found));
            }
        }

        _packed(weight);
        _packed(bias);
    }

    /// <summary>A matrix as <c>[out, in]</c>.</summary>
    private Tensor Matrix(ParameterRole role) => _config.InputMajorWeights ? _find(role)!.t().contiguous() : _find(role)!;

    private FloatRows? Row(ParameterRole role)
    {
        if (_find(role) is not { } found)
        {
            return null;
        }

        var values = Floats(found);
        var row = Own(new FloatRows(1, values.Length));
        values.CopyTo(row.Values(0));
        _packed(role);
        return row;
    }

    private T Own<T>(T made)
        where T : IDisposable
    {
        _owned.Add(made);
        return made;
    }

    private static ReadOnlySpan<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
