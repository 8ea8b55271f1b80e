using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Emergence.Stages.Tokens;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Stages.Models.Kernels;

/// <summary>
/// The forward pass on the CPU, as far as the deepest hook: the same numbers as <see cref="Decoder"/> to rounding, by kernels of our own.
/// Rows of tokens are shared out among the workers of a crew, each row's piece with one worker from the embedding to the end, so that no
/// thread waits for another and everything between two products stays in a core's cache. Bits depend neither on the number of workers nor on
/// which rows share a piece. Owns the packed parameters.
/// </summary>
internal sealed unsafe class PackedDecoder : IDisposable
{
    /// <summary>Tokens of a piece, where rows are shorter than that.</summary>
    private const int PieceTokens = 256;

    private readonly ModelConfig _config;
    private readonly PositionTables _positions;
    private readonly float* _embedding;
    private readonly float* _learnedPositions;
    private readonly WorkerCrew _crew;
    private readonly PackedBlock[] _blocks;
    private BlockPass?[] _passes;
    private (int Rows, int Length) _shape;

    private PackedDecoder(ModelConfig config, ModelParameters parameters, PositionTables positions, WorkerCrew crew, PackedBlock[] blocks)
    {
        (_config, _positions, _crew, _blocks) = (config, positions, crew, blocks);
        _embedding = First(parameters[ParameterRole.Embedding]);
        _learnedPositions = parameters.Find(ParameterRole.PositionEmbedding) is { } learned ? First(learned) : null;
        _passes = new BlockPass?[crew.Count];
    }

    /// <summary>Whether a model can run here: float32 on the CPU, on a processor with AVX-512.</summary>
    public static bool CanRun(ModelParameters parameters) =>
        Tile.IsSupported && parameters[ParameterRole.Embedding] is { dtype: ScalarType.Float32, requires_grad: false } embedding && embedding.device.type == TorchSharp.DeviceType.CPU;

    /// <summary>Packs the blocks that hooks need.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="parameters">Its parameters; they must outlive this object.</param>
    /// <param name="positions">Its position tables.</param>
    /// <param name="deepest">The deepest hook.</param>
    /// <param name="crew">The workers.</param>
    /// <param name="take">Whether the parameters are packed in their own memory: then the model is in memory once, and can do nothing else any more.</param>
    public static PackedDecoder Pack(ModelConfig config, ModelParameters parameters, PositionTables positions, Hook deepest, WorkerCrew crew, bool take)
    {
        // The stream as it enters a block needs nothing of the block.
        var blocks = new PackedBlock[deepest.Point == HookPoint.ResidPre ? deepest.Layer : deepest.Layer + 1];
        try
        {
            for (var layer = 0; layer < blocks.Length; layer++)
            {
                var block = layer;
                var packer = new WeightPacker(config.InputMajorWeights, role => parameters.Find(role, block), take ? role => parameters.Free(role, block) : null);
                blocks[layer] = new PackedBlock(config, packer);
            }
        }
        catch
        {
            Array.ForEach(blocks, b => b?.Dispose());
            throw;
        }

        return new PackedDecoder(config, parameters, positions, crew, blocks);
    }

    /// <summary>Runs a batch.</summary>
    /// <param name="batch">The tokens; checked by the caller.</param>
    /// <param name="hooks">What is captured, none beyond the deepest hook that was packed for.</param>
    /// <param name="outputs">For each hook a contiguous tensor <c>[real tokens, d]</c>, float32, on the CPU.</param>
    public void Run(TokenBatch batch, IReadOnlyList<Hook> hooks, IReadOnlyList<Tensor> outputs)
    {
        var rows = Math.Clamp(PieceTokens / batch.Length, 1, Math.Max(1, batch.Rows.Length / _crew.Count));
        Prepare(rows, batch.Length);
        var deepest = hooks.MaxBy(h => h.Order);
        var targets = outputs.Select(o => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(o.bytes))).ToArray();
        var firsts = FirstTokens(batch);
        var tables = _positions.For(batch.Length);
        _crew.Run(() => _crew.For((batch.Rows.Length + rows - 1) / rows, (piece, worker) =>
        {
            var first = piece * rows;
            var count = Math.Min(rows, batch.Rows.Length - first);
            var pass = _passes[worker] ??= new BlockPass(_config, tables, _shape.Rows, batch.Length);
            var tap = new RowTap(hooks, targets, _config.HiddenSize);
            tap.Begin(batch.Length, [.. batch.Rows.Skip(first).Take(count).Select(r => r.Count)], firsts[first]);
            pass.Begin(count);
            Embed(batch, first, count, pass.Stream);
            for (var layer = 0; layer < deepest.Layer; layer++)
            {
                pass.Run(_blocks[layer], layer, HookPoint.ResidPost, tap);
            }

            if (deepest.Point == HookPoint.ResidPre)
            {
                tap.Take(deepest.Layer, HookPoint.ResidPre, pass.Stream);
            }
            else
            {
                pass.Run(_blocks[deepest.Layer], deepest.Layer, deepest.Point, tap);
            }
        }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_passes, p => p?.Dispose());
        Array.ForEach(_blocks, b => b.Dispose());
    }

    private void Prepare(int rows, int length)
    {
        if (_shape.Length != length || _shape.Rows < rows)
        {
            Array.ForEach(_passes, p => p?.Dispose());
            _passes = new BlockPass?[_crew.Count];
            _shape = (rows, length);
        }
    }

    private void Embed(TokenBatch batch, int firstRow, int rows, FloatRows into)
    {
        var d = _config.HiddenSize;
        for (var token = 0; token < rows * batch.Length; token++)
        {
            var id = batch.Tokens[((long)firstRow * batch.Length) + token];
            var to = into.Values(token);
            new ReadOnlySpan<float>(_embedding + ((nint)id * d), d).CopyTo(to);
            if (_learnedPositions != null)
            {
                RowNorm.Add(into.Row(token), _learnedPositions + ((nint)(token % batch.Length) * d), d);
            }
        }
    }

    /// <summary>A matrix's first float; by one row, because all the bytes of a great one are more than a span can have.</summary>
    private static float* First(Tensor matrix)
    {
        using var row = matrix.narrow(0, 0, 1);
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(row.bytes));
    }

    private static long[] FirstTokens(TokenBatch batch)
    {
        var firsts = new long[batch.Rows.Length];
        for (var row = 1; row < firsts.Length; row++)
        {
            firsts[row] = firsts[row - 1] + batch.Rows[row - 1].Count;
        }

        return firsts;
    }
}
