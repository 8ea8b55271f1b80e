using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// What a checkpoint's <c>trainer_state.json</c> says of the training run: a note beside the weights, so anything it does
/// not say, or says in another way, is null; only one that belongs to another step is an error. Read under the names of
/// this project's trainer and of Transformers' (<c>num_input_tokens_seen</c>, <c>global_step</c>).
/// </summary>
/// <param name="TokensSeen">Tokens the language model had trained on.</param>
/// <param name="Loss">Training loss at the time, nats per token.</param>
public sealed record TrainingProgress(long? TokensSeen, double? Loss)
{
    /// <summary>The file's name in a checkpoint folder.</summary>
    public const string FileName = "trainer_state.json";

    // Transformers keeps the log of the whole run in it.
    private const int LargestFile = 1 << 26;
    private const string Remedy = "Check that the folder is named after its own step, or remove the file";

    /// <summary>Reads it.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="step">Its step, by the folder's name.</param>
    /// <returns>What it says; null when there is no such file, or none that is a JSON object.</returns>
    /// <exception cref="BadInputException">It says it is of another step.</exception>
    public static TrainingProgress? Read(string folder, long step)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        long? stated;
        TrainingProgress progress;
        try
        {
            using var document = StrictJson.Read(path, LargestFile, Remedy);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            stated = Whole(root, "step") ?? Whole(root, "global_step");
            progress = new TrainingProgress(Whole(root, "tokens_seen") ?? Whole(root, "num_input_tokens_seen"), Number(root, "loss"));
        }
        catch (BadInputException)
        {
            // Python writes NaN where JSON has no word for it: a note that cannot be read says nothing.
            return null;
        }

        return stated is null || stated == step
            ? progress
            : throw new BadInputException(path, "", $"it is of step {stated}, in the folder of step {step}", Remedy);
    }

    private static long? Whole(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    private static double? Number(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
