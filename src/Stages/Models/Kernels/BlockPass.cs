namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// Runs blocks over a piece of a token batch: whole rows of tokens, so that a piece needs nothing of another and a worker takes it from the
/// embedding to the deepest hook alone, without a barrier. One object for each worker; owns the memory for one piece.
/// </summary>
internal sealed unsafe class BlockPass : IDisposable
{
    /// <summary>Tokens whose inner layer is in memory at once; whole tiles of rows.</summary>
    private const int InnerRows = 18 * Tile.Rows;

    private readonly ModelConfig _config;
    private readonly PositionTables.Entry _tables;
    private readonly int _length;
    private readonly FloatRows _normed;
    private readonly FloatRows _projected;
    private readonly FloatRows _mixed;
    private readonly FloatRows _inner;
    private readonly FloatRows _delta;
    private readonly CausalAttention _attention;
    private int _tokens;

    /// <summary>Takes memory.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="tables">Cosines and sines of the positions.</param>
    /// <param name="rows">Most rows of a piece.</param>
    /// <param name="length">Tokens of a row.</param>
    public BlockPass(ModelConfig config, PositionTables.Entry tables, int rows, int length)
    {
        (_config, _tables, _length) = (config, tables, length);
        var tokens = checked(rows * length);
        int d = config.HiddenSize, heads = config.Heads * config.HeadSize;
        Stream = new FloatRows(tokens, d);
        _normed = new FloatRows(tokens, d);
        // A row of tokens ends where it ends: attention reads a whole tile from wherever its last one begins.
        _projected = new FloatRows(tokens + Tile.Rows, heads + (2 * config.KeyValueHeads * config.HeadSize));
        _mixed = new FloatRows(tokens, heads);
        _inner = new FloatRows(InnerRows, config.IntermediateSize);
        _delta = new FloatRows(tokens, d);
        _attention = new CausalAttention(config.Heads, config.KeyValueHeads, config.HeadSize, length);
    }

    /// <summary>The residual stream, <c>[tokens, d]</c>: filled with embeddings before the first block.</summary>
    public FloatRows Stream { get; }

    /// <summary>Begins with another piece.</summary>
    /// <param name="rows">Its rows; <see cref="Stream"/> then holds its embeddings.</param>
    public void Begin(int rows) => _tokens = rows * _length;

    /// <summary>Runs one block up to a hook point and hands out what is tapped on the way.</summary>
    /// <param name="block">Its parameters.</param>
    /// <param name="layer">Its number.</param>
    /// <param name="until">Nothing after this point is computed.</param>
    /// <param name="tap">What is tapped.</param>
    public void Run(PackedBlock block, int layer, HookPoint until, RowTap tap)
    {
        tap.Take(layer, HookPoint.ResidPre, Stream);
        if (until == HookPoint.ResidPre)
        {
            return;
        }

        if (_config.ParallelResidual && until == HookPoint.MlpOut && !tap.Wants(layer, HookPoint.AttnOut) && !tap.Wants(layer, HookPoint.ResidMid))
        {
            Norm(Stream, block.MlpNormWeight, block.MlpNormBias, _normed);
            Mlp(block, layer, tap);
            return;
        }

        Attend(block, layer);
        if (_config.ParallelResidual && until > HookPoint.ResidMid)
        {
            // The MLP reads what entered the block, so its input is taken before attention's result is added.
            Norm(Stream, block.MlpNormWeight, block.MlpNormBias, _normed);
        }

        Add(block.AttentionOut, _mixed, new Hook(layer, HookPoint.AttnOut), block.AttentionNormWeight, block.AttentionNormBias, tap);
        tap.Take(layer, HookPoint.ResidMid, Stream);
        if (until <= HookPoint.ResidMid)
        {
            return;
        }

        if (!_config.ParallelResidual && _config.NormPlacement == NormPlacement.Before)
        {
            Norm(Stream, block.MlpNormWeight, block.MlpNormBias, _normed);
        }

        Mlp(block, layer, tap);
        tap.Take(layer, HookPoint.ResidPost, Stream);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        _normed.Dispose();
        _projected.Dispose();
        _mixed.Dispose();
        _inner.Dispose();
        _delta.Dispose();
        _attention.Dispose();
    }

    private void Attend(PackedBlock block, int layer)
    {
        var input = Stream;
        if (_config.NormPlacement == NormPlacement.Before)
        {
            Norm(Stream, block.AttentionNormWeight, block.AttentionNormBias, input = _normed);
        }

        Product.Run(input.Row(0), input.Stride, _tokens, block.QueryKeyValue, _projected.Row(0), _projected.Stride);
        int size = _config.HeadSize, queries = _config.Heads * size, keys = _config.KeyValueHeads * size, pairs = _config.RotaryDimensions / 2;
        fixed (float* cos = _tables.CosValues, sin = _tables.SinValues)
        {
            for (var token = 0; token < _tokens; token++)
            {
                var row = _projected.Row(token);
                Clip(row, queries + (2 * keys));
                NormHeads(row, queries, block.QueryNormWeight);
                NormHeads(row + queries, keys, block.KeyNormWeight);
                var at = token % _length * pairs;
                RotaryRows.Turn(row, _config.Heads + _config.KeyValueHeads, size, cos + at, sin + at, pairs);
            }
        }

        var slides = _config.SlidingWindow is not null && layer >= _config.FirstSlidingLayer;
        var scale = (float)(1 / (Math.Sqrt(size) * (_config.ScaleByLayer ? layer + 1 : 1)));
        for (var first = 0; first < _tokens; first += _length)
        {
            var row = _projected.Row(first);
            _attention.Run(
                row, row + queries, row + queries + keys, _projected.Stride, _length, _mixed.Row(first), _mixed.Stride, scale, slides ? _config.SlidingWindow!.Value : _length);
        }
    }

    private void Mlp(PackedBlock block, int layer, RowTap tap)
    {
        var input = _config.NormPlacement == NormPlacement.Before ? _normed : Stream;
        var aside = _config.NormPlacement == NormPlacement.After || tap.Wants(layer, HookPoint.MlpOut);
        var output = aside ? _delta : Stream;
        var activation = _config.Activation switch
        {
            ActivationFunction.GeluTanh => TileActivation.GeluTanh,
            ActivationFunction.Silu => TileActivation.Silu,
            ActivationFunction.Relu => TileActivation.Relu,
            _ => TileActivation.Gelu,
        };
        for (var first = 0; first < _tokens; first += InnerRows)
        {
            var rows = Math.Min(InnerRows, _tokens - first);
            if (_config.GatedMlp)
            {
                Product.RunGated(input.Row(first), input.Stride, rows, block.MlpIn, _inner.Row(0), _inner.Stride, activation);
            }
            else
            {
                Product.Run(input.Row(first), input.Stride, rows, block.MlpIn, _inner.Row(0), _inner.Stride, activation: activation);
            }

            Product.Run(_inner.Row(0), _inner.Stride, rows, block.MlpOut, output.Row(first), output.Stride, add: !aside);
        }

        if (aside)
        {
            AddAside(new Hook(layer, HookPoint.MlpOut), block.MlpNormWeight, block.MlpNormBias, tap);
        }
    }

    /// <summary>Adds a projection to the residual stream: at once, or aside first where a norm or a hook stands between.</summary>
    private void Add(PackedWeights weights, FloatRows input, Hook hook, FloatRows? normWeight, FloatRows? normBias, RowTap tap)
    {
        if (_config.NormPlacement == NormPlacement.Before && !tap.Wants(hook.Layer, hook.Point))
        {
            Product.Run(input.Row(0), input.Stride, _tokens, weights, Stream.Row(0), Stream.Stride, add: true);
            return;
        }

        Product.Run(input.Row(0), input.Stride, _tokens, weights, _delta.Row(0), _delta.Stride);
        AddAside(hook, normWeight, normBias, tap);
    }

    private void AddAside(Hook hook, FloatRows? normWeight, FloatRows? normBias, RowTap tap)
    {
        if (_config.NormPlacement == NormPlacement.After)
        {
            Norm(_delta, normWeight, normBias, _delta);
        }

        tap.Take(hook.Layer, hook.Point, _delta);
        for (var token = 0; token < _tokens; token++)
        {
            RowNorm.Add(Stream.Row(token), _delta.Row(token), _config.HiddenSize);
        }
    }

    private void Norm(FloatRows from, FloatRows? weight, FloatRows? bias, FloatRows into)
    {
        float* w = weight is null ? null : weight.Row(0), b = bias is null ? null : bias.Row(0);
        for (var token = 0; token < _tokens; token++)
        {
            if (_config.Norm == NormKind.RmsNorm)
            {
                RowNorm.RootMeanSquare(from.Row(token), _config.HiddenSize, w, (float)_config.NormEpsilon, into.Row(token));
            }
            else
            {
                RowNorm.Layer(from.Row(token), _config.HiddenSize, w, b, (float)_config.NormEpsilon, into.Row(token));
            }
        }
    }

    /// <summary>Normalises queries or keys, over all heads together or head by head: the weight's length says which.</summary>
    private void NormHeads(float* row, int width, FloatRows? weight)
    {
        if (weight is null)
        {
            return;
        }

        for (var at = 0; at < width; at += weight.Columns)
        {
            RowNorm.RootMeanSquare(row + at, weight.Columns, weight.Row(0), (float)_config.NormEpsilon, row + at);
        }
    }

    private void Clip(float* row, int width)
    {
        if (_config.QueryKeyValueClip is { } clip)
        {
            foreach (ref var value in new Span<float>(row, width))
            {
                value = Math.Clamp(value, (float)-clip, (float)clip);
            }
        }
    }
}
