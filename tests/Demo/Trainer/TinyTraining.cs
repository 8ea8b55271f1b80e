using System.Text.Json;
using Emergence.Demo.Trainer;
using Emergence.Stages.Tokens;

namespace Emergence.Demo.Tests.Trainer;

/// <summary>A text, a tokenizer and options with which training takes milliseconds.</summary>
internal sealed class TinyTraining : IDisposable
{
    private static readonly string[] Words = ["the", "cat", "dog", "sees", "likes", "a", "mouse", "and", "runs", "."];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trainer-");

    public TinyTraining()
    {
        // Every word follows from the one before it but for a choice of two: something a model can learn in a few steps.
        var random = new Random(5);
        var lines = new List<string>();
        for (var document = 0; document < 12; document++)
        {
            var at = random.Next(Words.Length);
            var tokens = new List<string>();
            for (var t = 0; t < 150; t++)
            {
                tokens.Add(Words[at]);
                at = (at + 1 + random.Next(2)) % Words.Length;
            }

            lines.Add(JsonSerializer.Serialize(new { id = $"d{document}", tokens }));
        }

        File.WriteAllLines(At("train.jsonl"), lines);
        TokenizerFile.Save(At("tokenizer.json"), WordTokenizer.Build(Words, 11));
    }

    public TrainerOptions Options(string folder) => new()
    {
        Folder = At(folder),
        Text = At("train.jsonl"),
        Tokenizer = At("tokenizer.json"),
        Steps = 40,
        BatchRows = 3,
        Context = 16,
        Layers = 2,
        HiddenSize = 16,
        Heads = 2,
        LearningRate = 1e-2,
        WarmupSteps = 5,
    };

    public string At(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
