using System.Text.Json;
using Emergence.Stages.Input;
using Emergence.Stages.Models.Safetensors;

namespace Emergence.Pipeline.Checkpoints;

/// <summary>
/// A model's checkpoint is whole when <c>config.json</c> and <c>tokenizer.json</c> are JSON objects and every weight file is
/// there, as long as its header says.
/// </summary>
/// <param name="tokenizerNeeded">Whether each checkpoint must have its tokenizer; not when the run was given one for all.</param>
public sealed class ModelContents(bool tokenizerNeeded = true) : ICheckpointContents
{
    private const string Config = "config.json";
    private const string Tokenizer = "tokenizer.json";
    private const int LargestText = 1 << 26;
    private const string Remedy = "Wait until the checkpoint is written completely, or copy it again";
    private const string TokenizerRemedy = "Save the tokenizer with each checkpoint, or name one for all of them with --tokenizer FILE";

    /// <inheritdoc/>
    public void Check(string folder)
    {
        CheckText(folder, Config, Remedy);
        if (tokenizerNeeded)
        {
            CheckText(folder, Tokenizer, TokenizerRemedy);
        }

        SafetensorsFolder.Open(folder).Dispose();
    }

    /// <inheritdoc/>
    public TrainingProgress? ReadProgress(string folder, long step) => TrainingProgress.Read(folder, step);

    /// <inheritdoc/>
    public bool LooksLikeCheckpoint(string folder) => File.Exists(Path.Combine(folder, Config));

    private static void CheckText(string folder, string name, string remedy)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new BadInputException(folder, "", $"{name} is missing", remedy);
        }

        using var json = StrictJson.Read(path, LargestText, Remedy);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new BadInputException(path, "", $"a JSON object is expected, not {StrictJson.Name(json.RootElement.ValueKind)}", Remedy);
        }
    }
}
