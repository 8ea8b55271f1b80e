using Emergence.Pipeline.Settings;
using Emergence.Stages.Activations;
using Emergence.Stages.Input;

namespace Emergence.Cli.Sae;

/// <summary>The rows that are trained on and those that score the result. Unless another file was named for the latter, no row is both.</summary>
/// <param name="TrainRows">Rows of the activations, from the first, that are trained on.</param>
/// <param name="File">Where the rows that score are; not owned.</param>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
internal sealed record HeldOutRows(long TrainRows, ActivationFile File, long First, long Count)
{
    /// <summary>Divides them.</summary>
    /// <param name="activations">The activations.</param>
    /// <param name="eval">A file of rows that score, which nobody compares with the activations; null holds out the last rows of the activations.</param>
    /// <exception cref="BadInputException">There are too few rows, or the two files' rows differ in width.</exception>
    public static HeldOutRows Of(ActivationFile activations, ActivationFile? eval)
    {
        if (eval is null)
        {
            var count = Math.Clamp(activations.Rows / SaeTrainLimits.HeldOutShare, SaeTrainLimits.FewestRows, SaeTrainLimits.HeldOutRows);
            return activations.Rows >= 2 * count
                ? new(activations.Rows - count, activations, activations.Rows - count, count)
                : throw new BadInputException(activations.Path, "", $"it has {activations.Rows} rows, too few to train on some and score the others", "Save more rows");
        }

        if (eval.Dimension != activations.Dimension)
            throw new BadInputException(eval.Path, "shape", $"its rows have {eval.Dimension} numbers, those of {activations.Path} {activations.Dimension}", "Save activations of the same layer");
        return eval.Rows >= SaeTrainLimits.FewestRows
            ? new(activations.Rows, eval, 0, eval.Rows)
            : throw new BadInputException(eval.Path, "", "it has one row, and variance needs two", "Save more rows");
    }

    /// <summary>Reads their labels, and makes counters for them; null without a file of labels.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">F.</param>
    public (RowLabels Labels, LabelCounts Counts)? ReadLabels(string? path, int features)
    {
        if (path is null)
            return null;
        if (Count > SaeTrainLimits.MostLabelledRows)
            throw new SettingsException([new("--labels", $"{Count} labelled rows are more than can be counted", $"use at most {SaeTrainLimits.MostLabelledRows} rows of --eval")]);
        var labels = RowLabels.Read(path, File.Rows, First, (int)Count);
        return (long)labels.Names.Count * features <= LabelCounts.Most
            ? (labels, new LabelCounts(labels.Names, features))
            : throw new BadInputException(path, "", $"{labels.Names.Count} different labels and {features} features are too many to count together", "Give fewer categories, or use fewer --features");
    }
}
