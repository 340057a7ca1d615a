// Draws the description of the HTTP API. Requests carry the token that was typed here and never the console's cookie.

const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();

window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  persistAuthorization: false,
  // It would send the description to a service of others.
  validatorUrl: null,
  withCredentials: false,
  requestInterceptor(request) {
    request.credentials = 'omit';
    return request;
  },
});
