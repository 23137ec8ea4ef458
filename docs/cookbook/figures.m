% Figures and samples in MATLAB or Octave, without any toolbox.
%
%     stillpoint analyze study --format csv -o figures.csv
%     octave --eval "figures_file = 'figures.csv'; signal_file = 'SESSION/signal.wav'; figures"

file = fopen(figures_file, 'r', 'n', 'UTF-8');
names = strsplit(fgetl(file), ',');
cells = textscan(file, repmat('%q', 1, numel(names)), 'Delimiter', ',');
fclose(file);
column = @(name) cells{strcmp(names, name)};
wanted = strcmp(column('rhythm'), 'cranial') & strcmp(column('present'), 'true');
recording = strcat(column('file'), {' '}, column('channel'));
rate = str2double(column('rate_per_min'));
each = unique(recording(wanted));
for k = 1:numel(each)
    own = wanted & strcmp(recording, each{k});
    fprintf('%s: %.2f /min in %d windows\n', each{k}, median(rate(own)), sum(own));
end

% A session's signal is a WAV of float32; NaN where a sample never arrived. The true rate is rate_hz in session.toml.
[samples, hz] = audioread(signal_file);
missing = isnan(samples(:, 1));
signal = samples(~missing, 1) - mean(samples(~missing, 1));
power = abs(fft(signal)) .^ 2;
per_min = 60 * hz * (0:numel(signal) - 1)' / numel(signal);
range = find(per_min >= 3 & per_min <= 15);
[~, peak] = max(power(range));
fprintf('%d samples, %d missing; highest at %.1f /min\n', size(samples, 1), sum(missing), per_min(range(peak)));
