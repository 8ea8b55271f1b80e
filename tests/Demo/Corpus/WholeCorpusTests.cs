using System.Diagnostics;
using Emergence.Demo.Corpus;
using Emergence.Stages.Tokens;
using Xunit.Abstractions;

namespace Emergence.Demo.Tests.Corpus;

public sealed class WholeCorpusTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("emergence-brown-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [CorpusFact]
    public void The_whole_corpus_makes_the_demo_texts()
    {
        var watch = Stopwatch.StartNew();
        var prepared = BrownCorpus.Prepare(CorpusFactAttribute.Folder, _folder, 1);
        output.WriteLine($"prepared in {watch.ElapsedMilliseconds} ms: {prepared}");
        watch.Restart();
        Assert.False(BrownCorpus.Prepare(CorpusFactAttribute.Folder, _folder, 1).Written);
        output.WriteLine($"found in {watch.ElapsedMilliseconds} ms");

        // The corpus has 500 documents and 1 161 192 words (counted by an independent program).
        Assert.Equal((60, 440), (prepared.ProbeDocuments, prepared.TrainingDocuments));
        Assert.Equal(1_161_192, prepared.ProbeTokens + prepared.TrainingTokens);

        watch.Restart();
        var tokenizer = (WordTokenizer)TokenizerFile.Load(prepared.TokenizerPath);
        var probe = ProbeText.Read(prepared.ProbePath, tokenizer);
        var training = TrainingText.Read(prepared.TrainingPath, tokenizer);
        output.WriteLine($"read in {watch.ElapsedMilliseconds} ms; probe {TextHash.Of(probe)}, training {TextHash.Of(training)}");

        // The texts of seed 1 are the same everywhere, or runs over them could not be compared.
        Assert.Equal("64fb7af25440b5e680d4f4402dae83adacc52041532b72efb53511b0876d8f4b", TextHash.Of(probe));
        Assert.Equal("4e299332622a5a2e23bca87fba62e0b5a2bda1cf3f3a1bd6383788edaa6cd554", TextHash.Of(training));
        Assert.Equal(4096, tokenizer.VocabularySize);
        Assert.Equal(["nn", "in", "at", "jj", ".", ",", "nns", "np", "cc", "rb"], probe.Facets[1].Categories.Take(10));
        Assert.Equal(30, probe.Facets[1].Categories.Count);
        Assert.Equal("vbz", probe.Facets[1].Categories[29]);

        // 60 of 500: learned has 80 documents, a quota of 9.6; science fiction 6, a quota of 0.72.
        int[] genres = [5, 3, 2, 2, 4, 6, 9, 4, 10, 4, 3, 1, 3, 3, 1];
        Assert.Equal(genres, Enumerable.Range(0, 15).Select(g => probe.Documents.Count(d => d.Labels[0][0] == g)));
        var unknown = training.Sum(d => (long)d.Tokens.Count(t => t == tokenizer.UnknownId)) / (double)prepared.TrainingTokens;
        output.WriteLine($"unknown words: {unknown:P1}");
        Assert.InRange(unknown, 0.10, 0.20);
        var unlabelled = probe.Documents.Sum(d => d.Labels[1].Count(l => l < 0)) / (double)probe.TokenCount;
        output.WriteLine($"without one of the 30 tags: {unlabelled:P1}");
        Assert.InRange(unlabelled, 0.02, 0.15);
    }
}
