using System.Globalization;
using System.Runtime.InteropServices;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Capture;
using Emergence.Stages.Capture.Rows;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Models.Safetensors;
using Emergence.Stages.Tokens;
using Emergence.Stages.Workers;
using static TorchSharp.torch;

namespace Emergence.Cli.Capture;

/// <summary>
/// Writes a model's activations on given tokens. Synchronous: all tensor work is the caller's thread's, the kernels' on a crew of their own. The file is there whole or
/// not at all, and a batch of it is in memory at a time.
/// </summary>
/// <param name="settings">Valid settings.</param>
/// <param name="time">The clock.</param>
internal sealed class CaptureRun(CaptureSettings settings, TimeProvider time)
{
    private const string LogitsName = "logits";

    /// <summary>Runs it.</summary>
    /// <param name="stop">Gives up; nothing is written then.</param>
    /// <exception cref="BadInputException">The checkpoint or the tokens cannot be used, or they do not fit each other.</exception>
    /// <exception cref="SettingsException">A hook is named that the model does not have.</exception>
    public CaptureResult Run(CancellationToken stop)
    {
        set_num_threads(settings.Threads);
        var config = ModelConfig.Load(settings.Checkpoint);
        var hooks = settings.Hooks.In(config.Layers);
        var rows = Rows();
        rows.RequireFit(config.VocabularySize, Math.Min(config.Context, CaptureLimits.RowTokens));
        long[] places = rows.IsTable ? [rows.Rows.Count, rows.Longest] : [rows.TokenCount];
        var tensors = hooks.Select(h => (h.Name, Shape: (long[])[.. places, config.HiddenSize])).ToList();
        if (settings.Logits)
            tensors.Add((LogitsName, [.. places, config.VocabularySize]));

        using var model = LanguageModel.Load(settings.Checkpoint, config, DeviceName.Resolve(settings.Device));
        using var crew = new WorkerCrew(settings.Threads);
        using var capture = new ActivationCapture(model, hooks, crew, take: true, whole: true);
        var start = time.GetTimestamp();
        var (loss, predicted) = (0.0, 0L);
        AtomicFile.Write(settings.Out, stream =>
        {
            var file = new SafetensorsPieces(stream, tensors, CaptureLimits.MetadataBytes);
            (loss, predicted) = Write(file, capture, rows, stop);
            file.Finish(Metadata(config, rows, loss, predicted));
        });
        var seconds = time.GetElapsedTime(start).TotalSeconds;
        return new CaptureResult(
            settings.Out, config.Family, [.. tensors.Select(t => t.Name)], [.. places, config.HiddenSize], rows.Rows.Count, rows.TokenCount,
            predicted, predicted > 0 ? loss : null, rows.TokenCount / Math.Max(seconds, 1e-9));
    }

    private TokenRows Rows()
    {
        var rows = settings.Tokens is { } tokens
            ? TokenRowsFile.Read(tokens, settings.TokenType)
            : TokenRowsFile.ReadText(settings.Text!, TokenizerFile.Load(Path.Combine(settings.Checkpoint, "tokenizer.json")));
        return settings.RowLength is { } length ? rows.Cut(length) : rows;
    }

    private (double Loss, long Predicted) Write(SafetensorsPieces file, ActivationCapture capture, TokenRows rows, CancellationToken stop)
    {
        var (sum, predicted) = (0.0, 0L);
        foreach (var batch in rows.Batches(TokensAtOnce(capture)))
        {
            stop.ThrowIfCancellationRequested();
            using var pass = capture.CaptureAll(batch, settings.Logits);
            for (var i = 0; i < capture.Hooks.Count; i++)
                Append(file, i, pass.Activations.Activations[i]);
            if (pass.Logits is { } logits)
                Append(file, capture.Hooks.Count, logits);
            sum += pass.LossSum;
            predicted += pass.Predicted;
        }

        return (sum / Math.Max(predicted, 1), predicted);
    }

    private int TokensAtOnce(ActivationCapture capture) =>
        settings.Logits ? Math.Max(1, Math.Min(CaptureLimits.TokensAtOnce, CaptureLimits.LogitsAtOnce / capture.VocabularySize)) : CaptureLimits.TokensAtOnce;

    private static void Append(SafetensorsPieces file, int index, Tensor tensor)
    {
        using var onCpu = tensor.cpu();
        file.Write(index, MemoryMarshal.Cast<byte, float>(onCpu.bytes));
    }

    private Dictionary<string, string> Metadata(ModelConfig config, TokenRows rows, double loss, long predicted)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["model_type"] = config.Family,
            ["tokens_file"] = Path.GetFileName(rows.Path) is { Length: <= 100 } name ? name : "",
            ["rows"] = $"{rows.Rows.Count}",
            ["tokens"] = $"{rows.TokenCount}",
            ["predicted_tokens"] = $"{predicted}",
        };
        if (predicted > 0)
            metadata["loss"] = loss.ToString("R", CultureInfo.InvariantCulture);
        if (settings.RowLength is { } length)
            metadata["row_length"] = $"{length}";
        return metadata;
    }
}
