using Emergence.Stages.Input;
using Emergence.Stages.Models.Kernels;
using Emergence.Stages.Models.Loading;
using Emergence.Stages.Tokens;
using Emergence.Stages.Workers;
using TorchSharp;
using static TorchSharp.torch;

namespace Emergence.Stages.Models;

/// <summary>
/// A language model with its weights. Owns every tensor of it. One thread at a time. Rows are at most
/// <see cref="ModelConfig.Context"/> tokens long and token ids below <see cref="ModelConfig.VocabularySize"/>.
/// </summary>
public sealed class LanguageModel : IDisposable
{
    /// <summary>Logits computed at once when a loss is measured: 32 MB of them. Bounds memory, whatever the vocabulary.</summary>
    private const int LogitsAtOnce = 1 << 23;

    /// <summary>Tokens that go through the blocks together: what the passes between two blocks read and write stays in a core's cache.</summary>
    internal const int TokensAtOnce = 1024;

    private readonly ModelParameters _parameters;
    private readonly PositionTables _positions;
    private readonly bool _fusedAttention;

    private LanguageModel(ModelConfig config, ModelParameters parameters, Device device, int? blocks = null, bool? fusedAttention = null)
    {
        NativeAllocator.KeepFreedMemory();
        Config = config;
        Device = device;
        LoadedBlocks = blocks ?? config.Layers;
        IsWhole = blocks is null;
        _parameters = parameters;
        _positions = new PositionTables(config, device);
        _fusedAttention = fusedAttention ?? device.type == DeviceType.CUDA;
        Decoder = DecoderOf(parameters);
        ParameterCount = parameters.Infos.Sum(i => i.Count);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>Where its tensors are.</summary>
    public Device Device { get; }

    /// <summary>Blocks that it holds, from the first. A model that holds not all of itself has neither final norm nor head of its own.</summary>
    public int LoadedBlocks { get; }

    /// <summary>Whether it holds all of itself: only then has it logits and a loss of its own.</summary>
    public bool IsWhole { get; }

    /// <summary>Number of parameters that it holds, all tensors together; a tied head counts once.</summary>
    public long ParameterCount { get; }

    /// <summary>What its parameters are, in the order of <see cref="ParameterInfo.Of"/>.</summary>
    public IReadOnlyList<ParameterInfo> ParameterInfos => _parameters.Infos;

    /// <summary>Its parameters, in the same order; they stay the model's.</summary>
    public IReadOnlyList<Tensor> Parameters => _parameters.Tensors;

    internal Decoder Decoder { get; }

    /// <summary>The embedding, <c>[vocabulary, d]</c>; stays the model's.</summary>
    internal Tensor Embedding => _parameters[ParameterRole.Embedding];

    /// <summary>The forward pass by the CPU's own kernels as far as a hook; null where they cannot run it.</summary>
    /// <param name="deepest">The deepest hook.</param>
    /// <param name="crew">The threads.</param>
    /// <param name="take">Whether the blocks are packed in their tensors' own memory.</param>
    /// <returns>The caller's to dispose, before the model.</returns>
    internal PackedDecoder? Pack(Hook deepest, WorkerCrew crew, bool take) =>
        PackedDecoder.CanRun(_parameters) ? PackedDecoder.Pack(Config, _parameters, _positions, deepest, crew, take) : null;

    /// <summary>Loads a whole checkpoint folder of Hugging Face's layout.</summary>
    /// <param name="folder">Folder with <c>config.json</c> and the weights.</param>
    /// <param name="expected">The run's architecture; a checkpoint of another one is refused. Null takes any.</param>
    /// <param name="device">Where to put the weights; null for the CPU.</param>
    /// <exception cref="BadInputException">The checkpoint is incomplete, broken, or of an unsupported or unexpected architecture.</exception>
    public static LanguageModel Load(string folder, ModelConfig? expected = null, Device? device = null)
    {
        using var checkpoint = OpenCheckpoint.Open(folder);
        if (expected is not null)
        {
            checkpoint.Config.RequireEqual(expected, folder);
        }

        return Load(checkpoint, new WeightLoading { Device = device ?? CPU });
    }

    /// <summary>Loads a checkpoint, or its first blocks, tensor by tensor; nothing else of the weights is read.</summary>
    /// <param name="checkpoint">The checkpoint; may be closed afterwards.</param>
    /// <param name="how">Which blocks, where to, in which type.</param>
    /// <exception cref="ArgumentException">The model has fewer blocks.</exception>
    /// <exception cref="BadInputException">The checkpoint is incomplete, broken, or of an unsupported architecture.</exception>
    public static LanguageModel Load(OpenCheckpoint checkpoint, WeightLoading how)
    {
        if (how.Blocks < 0 || how.Blocks > checkpoint.Config.Layers)
        {
            throw new ArgumentException($"the model has {checkpoint.Config.Layers} blocks, not {how.Blocks}", nameof(how));
        }

        // Before the first tensor is made: what is freed while the model is loaded is used again.
        NativeAllocator.KeepFreedMemory();
        return new LanguageModel(checkpoint.Config, ModelParameters.Load(checkpoint.Weights, checkpoint.Config, how), how.Device, how.Blocks, how.FusedAttention);
    }

    /// <summary>
    /// Mean loss over all tokens that follow another real token in their row, as <see cref="Loss(TokenBatch)"/>, of a model that holds
    /// only its first blocks: the rest of its weights is read once and not kept.
    /// </summary>
    /// <param name="batch">At least one row with two real tokens.</param>
    /// <param name="checkpoint">The checkpoint that it was loaded from.</param>
    /// <param name="how">How it was loaded; its sketch takes up what is read.</param>
    /// <exception cref="BadInputException">A weight is not finite, or a file became shorter.</exception>
    public double Loss(TokenBatch batch, OpenCheckpoint checkpoint, WeightLoading how) =>
        IsWhole ? Loss(batch) : new StreamedLoss(this, checkpoint, how).Of(batch);

    /// <summary>Makes a model of parameters that are already tensors, such as those being trained.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="parameters">In the order and with the shapes of <see cref="ParameterInfo.Of"/>, float32, all on one device; the model takes them over.</param>
    /// <exception cref="ArgumentException">Their number or shapes do not fit.</exception>
    public static LanguageModel FromParameters(ModelConfig config, IReadOnlyList<Tensor> parameters)
    {
        var infos = ParameterInfo.Of(config);
        if (parameters.Count != infos.Count || infos.Zip(parameters).Any(p => !p.First.Shape.SequenceEqual(p.Second.shape) || p.Second.dtype != ScalarType.Float32))
        {
            throw new ArgumentException("number, shapes or type of the parameters do not fit the configuration", nameof(parameters));
        }

        return new LanguageModel(config, new ModelParameters(config, infos, parameters), parameters[0].device);
    }

    /// <summary>
    /// Mean loss over all tokens that follow another real token in their row, in nats per token, without autograd. Rows
    /// are independent; what stands before a row's first token is not seen.
    /// </summary>
    /// <param name="batch">At least one row with two real tokens.</param>
    public double Loss(TokenBatch batch)
    {
        var predicted = Targets(batch).Length;
        var total = 0.0;
        using var noGrad = no_grad();

        // Row by row as many as fit the limit: always the same pieces, so always the same bits.
        var rowsAtOnce = Math.Max(1, LogitsAtOnce / Config.VocabularySize / batch.Length);
        foreach (var piece in RowPieces(batch, rowsAtOnce))
        {
            var count = piece.Rows.Sum(r => r.Count - 1);
            if (count > 0)
            {
                using var scope = NewDisposeScope();
                total += LossTensor(piece).item<float>() * (double)count;
            }
        }

        return total / predicted;
    }

    /// <summary>The same mean as a tensor that autograd can start from (one forward pass over the whole batch).</summary>
    /// <param name="batch">At least one row with two real tokens.</param>
    /// <returns>A scalar; the caller disposes it.</returns>
    public Tensor LossTensor(TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        RequireWhole();
        var targets = Targets(batch);
        var residual = Decoder.Residual(TokenTensor(batch), batch.Length, Config.Layers);
        var from = Array.ConvertAll(targets, t => t - 1);
        var logits = Decoder.Logits(residual.index_select(0, Longs(from)));
        var next = Longs(Array.ConvertAll(targets, t => batch.Tokens[t]));
        return nn.functional.cross_entropy(logits.to_type(ScalarType.Float32), next).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the next token at every position, padding included, without autograd.</summary>
    /// <param name="batch">The rows.</param>
    /// <returns><c>[rows · length, vocabulary]</c>, float32; the caller disposes it.</returns>
    public Tensor Logits(TokenBatch batch)
    {
        RequireWhole();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return Decoder.Logits(Decoder.Residual(TokenTensor(batch), batch.Length, Config.Layers)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _positions.Dispose();
        _parameters.Dispose();
    }

    /// <summary>A batch's token ids as a tensor <c>[N]</c> on the model's device, checked against vocabulary and context.</summary>
    internal Tensor TokenTensor(TokenBatch batch)
    {
        CheckTokens(batch);
        return Longs(batch.Tokens);
    }

    /// <summary>Checks a batch against vocabulary and context.</summary>
    internal void CheckTokens(TokenBatch batch)
    {
        if (batch.Length > Config.Context)
        {
            throw new ArgumentException($"rows of {batch.Length} tokens are longer than the model's context of {Config.Context}", nameof(batch));
        }

        foreach (var token in batch.Tokens)
        {
            if ((ulong)token >= (ulong)Config.VocabularySize)
            {
                throw new ArgumentException($"token id {token} is not below the model's vocabulary size {Config.VocabularySize}", nameof(batch));
            }
        }
    }

    /// <summary>Cuts a batch into batches of at most <paramref name="rowsAtOnce"/> rows.</summary>
    internal static IEnumerable<TokenBatch> RowPieces(TokenBatch batch, int rowsAtOnce)
    {
        if (batch.Rows.Length <= rowsAtOnce)
        {
            yield return batch;
            yield break;
        }

        for (var row = 0; row < batch.Rows.Length; row += rowsAtOnce)
        {
            var end = Math.Min(row + rowsAtOnce, batch.Rows.Length);
            yield return new TokenBatch(batch.Tokens[(row * batch.Length)..(end * batch.Length)], batch.Length, batch.Rows[row..end]);
        }
    }

    /// <summary>
    /// Whole numbers as a tensor on the model's device. To a GPU they go through pinned memory and without waiting: the processor goes
    /// on to the next batch while the GPU works; the allocator of pinned memory keeps it until it has been copied.
    /// </summary>
    internal Tensor Longs(long[] values)
    {
        if (Device.type != DeviceType.CUDA)
        {
            return tensor(values, [values.Length], device: Device);
        }

        using var pageable = tensor(values, [values.Length]);
        using var pinned = pageable.pin_memory();
        return pinned.to(Device, non_blocking: true);
    }

    /// <summary>A decoder over other parameters of the same model, such as a block that is in memory for a moment.</summary>
    internal Decoder DecoderOf(ModelParameters parameters) => new(Config, parameters, _positions, _fusedAttention);

    /// <summary>Positions in <c>[N]</c> of the tokens that are predicted: every real token but the first of its row.</summary>
    internal static long[] Targets(TokenBatch batch)
    {
        var targets = new List<long>(batch.TokenCount);
        for (var row = 0; row < batch.Rows.Length; row++)
        {
            for (var t = 1; t < batch.Rows[row].Count; t++)
            {
                targets.Add(((long)row * batch.Length) + t);
            }
        }

        return targets.Count > 0 ? [.. targets] : throw new ArgumentException("no row has two real tokens, so nothing is predicted", nameof(batch));
    }

    private void RequireWhole()
    {
        if (!IsWhole)
        {
            throw new InvalidOperationException($"the model holds only its first {LoadedBlocks} blocks");
        }
    }
}
