using System.Text.Json;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Input;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Sae;

/// <summary>The result of an earlier training that a new one starts from.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Architecture">Its architecture.</param>
/// <param name="K">Its k.</param>
/// <param name="Features">Its F.</param>
/// <param name="Dimension">Its d.</param>
/// <param name="ColdLearningRate">The first start's learning rate.</param>
internal sealed record WarmStart(string Folder, SaeArchitecture Architecture, int K, int Features, int Dimension, double ColdLearningRate)
{
    private const string Remedy = "Name a folder that sae train has written";
    private const int LargestBytes = 1 << 20;

    /// <summary>Reads what <c>summary.json</c> of the folder says.</summary>
    /// <exception cref="BadInputException">It is not such a folder.</exception>
    public static WarmStart Read(string folder)
    {
        var path = Path.Combine(folder, TrainFolder.SummaryFile);
        using var json = StrictJson.Read(path, LargestBytes, Remedy);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw new BadInputException(path, "", "it does not hold an object", Remedy);
        var name = Value("architecture", JsonValueKind.String).GetString()!;
        if (!Enum.TryParse<SaeArchitecture>(name, ignoreCase: true, out var architecture) || !Enum.IsDefined(architecture))
            throw new BadInputException(path, "architecture", "it is not known", Remedy);
        return new WarmStart(folder, architecture, Whole("k"), Whole("features"), Whole("dimension"), Value("cold_learning_rate", JsonValueKind.Number).GetDouble());

        JsonElement Value(string key, JsonValueKind kind) => root.TryGetProperty(key, out var value) && value.ValueKind == kind
            ? value
            : throw new BadInputException(path, key, "it is missing or of another kind", Remedy);

        int Whole(string key) => Value(key, JsonValueKind.Number).TryGetInt32(out var number) && number > 0
            ? number
            : throw new BadInputException(path, key, "it is not a positive whole number", Remedy);
    }

    /// <summary>Says where settings contradict it.</summary>
    /// <param name="settings">What was asked for.</param>
    /// <param name="dimension">d of the activations.</param>
    public IReadOnlyList<SettingProblem> Problems(SaeTrainSettings settings, int dimension)
    {
        var found = new List<SettingProblem>();
        Same("--arch", settings.Architecture ?? Architecture, Architecture);
        Same("--k", settings.K ?? K, K);
        Same("--features", settings.Features ?? Features, Features);
        Same("--activations", dimension, Dimension, "numbers a row");
        return found;

        void Same<T>(string setting, T given, T had, string unit = "")
        {
            if (!EqualityComparer<T>.Default.Equals(given, had))
                found.Add(new(setting, $"{given} {unit}".TrimEnd() + $" differs from the {had} of {Folder}", "leave it out, or start without --warm-from"));
        }
    }

    /// <summary>Puts the earlier state into a trainer.</summary>
    public void Load(SaeTrainer trainer)
    {
        var path = Path.Combine(Folder, TrainFolder.StateFile);
        try
        {
            using var stream = File.OpenRead(path);
            trainer.LoadState(stream, path);
        }
        catch (BadInputException e)
        {
            // The reader's own remedy is for run folders.
            throw new BadInputException(path, e.Place, e.Problem, Remedy, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "", $"it cannot be read: {e.Message.TrimEnd('.')}", Remedy, e);
        }
    }
}
