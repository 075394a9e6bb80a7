from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('quarantine', '0002_doubtful_matches'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='hold',
            name='hold_once',
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(
                condition=models.Q(('end_reason', 'hold.tube-corrected'), _negated=True), fields=('tube_id', 'person'), name='hold_once'
            ),
        ),
    ]
