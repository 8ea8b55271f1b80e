using Emergence.Stages.Activations;
using Emergence.Stages.Input;
using Emergence.Stages.Sae.Formats;
using static TorchSharp.torch;

namespace Emergence.Cli.Sae;

/// <summary>Scores a saved SAE on a file of activations. Synchronous: all tensor work stays on the caller's thread.</summary>
/// <param name="settings">Valid settings.</param>
/// <param name="time">The clock.</param>
internal sealed class SaeEvaluation(SaeEvalSettings settings, TimeProvider time)
{
    /// <summary>Runs it.</summary>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="BadInputException">The SAE or the file cannot be read, or they do not fit each other.</exception>
    public SaeEvalResult Run(CancellationToken stop)
    {
        set_num_threads(settings.Threads);
        var folder = Folder();
        using var sae = SavedSae.Load(folder);
        using var file = ActivationFile.Open(settings.Activations, settings.Tensor, settings.BFloat16);
        if (file.Dimension != sae.Dimension)
            throw new BadInputException(file.Path, "shape", $"its rows have {file.Dimension} numbers, the SAE in {folder} takes {sae.Dimension}", "Name activations of the layer the SAE was trained on");
        var end = settings.Rows.End ?? file.Rows;
        if (settings.Rows.First >= end || end > file.Rows)
            throw new BadInputException(file.Path, "", $"it has {file.Rows} rows, not {settings.Rows.First}..{end}", "Name rows it has with --rows");

        var score = new RowScore(file, sae.Features, sae.Encode, time);
        score.Run(settings.Rows.First, end - settings.Rows.First, null, stop);
        var sums = score.Sums;
        return new SaeEvalResult(
            folder, sae.Format.ToString().ToLowerInvariant(), sae.Architecture, sae.K, sae.Dimension, sae.Features, sums.Tokens,
            SaeJson.Number(sums.Fvu), SaeJson.Number(sums.L0), sums.DeadFraction, sums.DenseFraction,
            SaeJson.Number(sums.Cosine), SaeJson.Number(sums.NormRatio), SaeJson.Number(sums.Tokens / score.EncodeSeconds));
    }

    // The folder that sae train wrote holds the SAE below it.
    private string Folder()
    {
        var below = Path.Combine(settings.Folder, TrainFolder.SaeLensFolder);
        return File.Exists(Path.Combine(settings.Folder, TrainFolder.SummaryFile)) && Directory.Exists(below) ? below : settings.Folder;
    }
}
