using System.Runtime.InteropServices;
using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Tokens;
using static TorchSharp.torch;

namespace Emergence.Demo.Trainer;

/// <summary>
/// One training: the model, its optimiser, where it stands. What a step reads follows from its number, so weights,
/// moments and the step are all that it is made of. Not thread-safe.
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly TrainerOptions _options;
    private readonly TrainingStream _stream;
    private readonly LanguageModel _model;
    private readonly AdamW _optimiser;
    private readonly Queue<double> _losses;

    private TrainingRun(TrainerOptions options, TrainingStream stream, ModelConfig config, List<Tensor> parameters)
    {
        _options = options;
        _stream = stream;
        _model = LanguageModel.FromParameters(config, parameters);
        _optimiser = new AdamW(parameters, options.WeightDecay);
        _losses = new Queue<double>();
    }

    /// <summary>Optimiser steps done.</summary>
    public long Step { get; private set; }

    /// <summary>Seconds of training before this start.</summary>
    public double SecondsBefore { get; private set; }

    /// <summary>Tokens trained on.</summary>
    public long TokensSeen => Step * _options.BatchRows * _options.Context;

    /// <summary>Mean loss of the newest steps, nats per token; before the first step the loss of the untrained model on the first batch.</summary>
    public double Loss => _losses.Average();

    /// <summary>A training that has not begun.</summary>
    public static TrainingRun Begin(TrainerOptions options, TrainingStream stream, ModelConfig config)
    {
        var run = new TrainingRun(options, stream, config, InitialWeights.Draw(config, options.Seed));
        run._losses.Enqueue(run._model.Loss(run.NextBatch()));
        return run;
    }

    /// <summary>A training that goes on from its state.</summary>
    public static TrainingRun Continue(TrainerOptions options, TrainingStream stream, ModelConfig config, TrainerState state)
    {
        var parameters = ParameterInfo.Of(config).Zip(state.Parameters, (info, values) => InitialWeights.Trainable(values, [.. info.Shape])).ToList();
        var run = new TrainingRun(options, stream, config, parameters) { Step = state.Step, SecondsBefore = state.Seconds };
        for (var i = 0; i < parameters.Count; i++)
        {
            state.First[i].CopyTo(run._optimiser.First[i], 0);
            state.Second[i].CopyTo(run._optimiser.Second[i], 0);
        }

        foreach (var loss in state.Losses)
        {
            run._losses.Enqueue(loss);
        }

        return run;
    }

    /// <summary>Takes one optimiser step.</summary>
    public void Advance()
    {
        using var scope = NewDisposeScope();
        var loss = _model.LossTensor(NextBatch());
        loss.backward();
        _optimiser.Step(Step + 1, LearningRate.At(_options, Step + 1), TrainerDefaults.GradientNorm);
        if (Step == 0)
        {
            _losses.Clear();
        }

        _losses.Enqueue(loss.item<float>());
        if (_losses.Count > TrainerDefaults.LossWindow)
        {
            _losses.Dequeue();
        }

        Step++;
    }

    /// <summary>What has to be kept to go on later.</summary>
    /// <param name="seconds">Seconds of training so far, all starts together.</param>
    public TrainerState State(double seconds) => new(Step, seconds, [.. _losses], [.. _model.Parameters.Select(Values)], _optimiser.First, _optimiser.Second);

    /// <summary>Writes the checkpoint of the present step: a Hugging Face folder, there whole or not at all.</summary>
    /// <param name="folder">The checkpoint's folder, not there yet.</param>
    /// <param name="tokenizer">Bytes of the <c>tokenizer.json</c>.</param>
    /// <param name="seconds">Seconds of training so far, all starts together.</param>
    public void WriteCheckpoint(string folder, byte[] tokenizer, double seconds)
    {
        AtomicFolder.Write(folder, temporary =>
        {
            CheckpointFolder.Write(temporary, _model);
            WriteFile(Path.Combine(temporary, "tokenizer.json"), tokenizer);
            var state = new Dictionary<string, object> { ["step"] = Step, ["tokens_seen"] = TokensSeen, ["loss"] = Loss, ["seconds"] = Math.Round(seconds, 3) };
            WriteFile(Path.Combine(temporary, "trainer_state.json"), JsonSerializer.SerializeToUtf8Bytes(state, Indented));
        });
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    /// <summary>
    /// The batch of the present step. Row r begins r/R of a pass further on, so that the rows of a batch come from different
    /// documents; each row goes on where it ended a step before.
    /// </summary>
    private TokenBatch NextBatch()
    {
        var (rows, length) = (_options.BatchRows, _options.Context);
        var tokens = new long[rows * length];
        var sources = new RowSource[rows];
        for (var row = 0; row < rows; row++)
        {
            var one = _stream.Read((_stream.TokenCount * row / rows) + (Step * length), 1, length);
            one.Tokens.CopyTo(tokens, row * length);
            sources[row] = one.Rows[0];
        }

        return new TokenBatch(tokens, length, sources);
    }

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray();

    private static void WriteFile(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }
}
