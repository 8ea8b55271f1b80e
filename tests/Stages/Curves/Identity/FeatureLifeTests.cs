using Emergence.Stages.Curves;
using Emergence.Stages.Curves.Identity;

namespace Emergence.Stages.Tests.Curves.Identity;

public class FeatureLifeTests
{
    // Per checkpoint: '.' silent, 'f' fires, 'c' fires and is categorical; '|' before one: its identity broke there.
    // States: u unborn, d diffuse, c categorical, s stable, x dead, r reborn.
    [Theory]
    [InlineData("...", "uuu")]
    [InlineData("f", "d")]
    [InlineData(".f", "ud")]
    [InlineData(".c", "uc")]
    [InlineData("cccc", "ccss")]
    [InlineData("ccfccc", "ccdccs")]
    [InlineData("f.", "dx")]
    [InlineData("f..", "dxx")]
    [InlineData("f.f", "dxr")]
    [InlineData("f.ff", "dxrd")]
    [InlineData("f.c", "dxr")]
    [InlineData("f.cc", "dxrc")]
    [InlineData("f.ccc", "dxrcs")] // the streak counts from the rebirth
    [InlineData("ccc.c", "ccsxr")]
    [InlineData("ccc|c", "ccsc")]
    [InlineData("cc|ccc", "ccccs")]
    [InlineData("f|.", "du")] // a new identity that has not fired yet
    [InlineData("f.|f", "dxd")] // not reborn: another feature
    [InlineData("f.|.f", "dxud")]
    [InlineData("|f", "d")]
    public void States_follow_one_another_as_written(string life, string expected)
    {
        var feature = FeatureLife.Start;
        var states = "";
        var continues = true;
        foreach (var checkpoint in life)
        {
            if (checkpoint == '|')
            {
                continues = false;
                continue;
            }

            feature = feature.Next(continues, checkpoint != '.', checkpoint == 'c');
            continues = true;
            states += feature.State switch
            {
                FeatureState.Unborn => 'u',
                FeatureState.Diffuse => 'd',
                FeatureState.Categorical => 'c',
                FeatureState.Stable => 's',
                FeatureState.Dead => 'x',
                FeatureState.Reborn => 'r',
                var other => throw new InvalidOperationException(other.ToString()),
            };
        }

        Assert.Equal(expected, states);
    }
}
